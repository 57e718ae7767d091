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
    const uint64_t base = digest_of(tiny_base(NULL, 0));
    const uint64_t early = digest_of(tiny_policy(JOBS ", \"from\": 2020"));

    cr_assert_neq(early, base);
    cr_assert_neq(digest_of(tiny_policy(JOBS ", \"from\": 2020, \"strength\": 2")), early);
    cr_assert_neq(digest_with("jobs.credentialism=0.4"), base);
    cr_assert_neq(digest_with("run.seed=2"), base);
    cr_assert_neq(digest_with("run.replicate=1"), base);
    cr_assert_neq(digest_with("run.persons=21000"), base);
    cr_assert_neq(digest_with("run.record_from=2012"), base);
}

Test(scenario_history, policies_keep_their_numbers)
{
    static const char early[] = "{\"name\": \"Early\", \"lever\": \"good_jobs\", \"capacity\": 1, "
                                "\"from\": 2020}";
    static const char late[] = "{\"name\": \"Late\", \"lever\": \"good_jobs\", \"capacity\": 1, "
                               "\"from\": 2030}";
    char text[512];
    uint64_t alone, before, behind;

    (void) snprintf(text, sizeof text, "\"policies\": [%s]", early);
    alone = digest_of(tiny_layer(text));
    (void) snprintf(text, sizeof text, "\"policies\": [%s, %s]", early, late);
    behind = digest_of(tiny_layer(text));
    (void) snprintf(text, sizeof text, "\"policies\": [%s, %s]", late, early);
    before = digest_of(tiny_layer(text));
    cr_assert_eq(behind, alone);
    cr_assert_neq(before, alone);
}
