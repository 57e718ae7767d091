/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tiny.h"

#define JOBS "\"name\": \"Jobs\", \"lever\": \"good_jobs\", \"capacity\": 1"

static uint64_t
digest_of(struct tiny tiny)
{
    uint64_t digest = 0;

    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(pw_scenario_history_digest(&tiny.scenario, &digest), PW_OK);
    tiny_free(&tiny);
    return digest;
}

static uint64_t
digest_with(const char *override)
{
    return digest_of(tiny_base(&override, 1));
}

Test(scenario_history, a_policy_from_the_start_year_on_has_no_part_in_it)
{
    const uint64_t base = digest_of(tiny_base(NULL, 0));

    cr_assert_eq(digest_of(tiny_policy(JOBS ", \"from\": 2025")), base);
    cr_assert_eq(digest_of(tiny_policy(JOBS ", \"from\": 2030, \"strength\": 2")), base);
    cr_assert_eq(digest_of(tiny_layer("\"title\": \"Another title\"")), base);
}

Test(scenario_history, what_is_lived_before_the_start_year_has)
{
    static const char *const overrides[] = { "jobs.credentialism=0.4", "run.seed=2",
        "run.replicate=1", "run.persons=21000", "run.record_from=2012", "run.record=0.5",
        "run.years=11", "run.start_year=2024" };
    const uint64_t base = digest_of(tiny_base(NULL, 0));

    for (size_t i = 0; i < sizeof overrides / sizeof *overrides; i++)
        cr_assert_neq(digest_with(overrides[i]), base, "%s", overrides[i]);
}
