/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "pathways/alloc.h"
#include "tiny.h"

static const char rich[] =
    "\"title\": \"Rich \\\"one\\\"\", \"why\": \"caf\xC3\xA9\","
    "\"run\": {\"persons\": 30000, \"seed\": 9007199254740991, \"record\": 0.1},"
    "\"parameters\": {\"inheritance.heritability\": 0.6},"
    "\"policies\": [{\"name\": \"jobs\", \"lever\": \"good_jobs\", \"capacity\": 1000,"
    "\"where\": {\"tags\": [\"coastal\"]}, \"from\": 2026},"
    "{\"name\": \"reach\", \"lever\": \"university_outreach\", \"whom\": {\"free_meals\": true}}]";

/** Two scenarios mean the same: all that is simulated is equal. */
static void
are_the_same(const struct pw_scenario *a, const struct pw_scenario *b)
{
    cr_assert_eq(a->digest, b->digest);
    cr_assert_str_eq(a->title, b->title);
    cr_assert_str_eq(a->why, b->why);
    cr_assert_eq(a->run.persons, b->run.persons);
    cr_assert_eq(a->run.seed, b->run.seed);
    cr_assert_eq(a->run.record, b->run.record);
    cr_assert_eq(a->run.record_from, b->run.record_from);
    cr_assert_eq(memcmp(&a->params, &b->params, sizeof a->params), 0);
    cr_assert_eq(a->num_places, b->num_places);
    for (int i = 0; i < a->num_places; i++) {
        cr_assert_eq(memcmp(a->places[i].input, b->places[i].input, sizeof a->places[i].input), 0);
        cr_assert_eq(a->places[i].tags, b->places[i].tags);
        cr_assert_eq(a->places[i].labour_market, b->places[i].labour_market);
    }
    for (int id = 0; id < PW_NUM_PATHS; id++) {
        cr_assert_eq(a->paths[id].num_knots, b->paths[id].num_knots);
        cr_assert_eq(memcmp(a->paths[id].value, b->paths[id].value,
                         sizeof(double) * (size_t) (a->paths[id].num_knots * a->paths[id].length)),
            0);
    }
    cr_assert_eq(a->num_policies, b->num_policies);
    for (int i = 0; i < a->num_policies; i++) {
        const struct pw_policy *left = &a->policies[i], *right = &b->policies[i];

        cr_assert_eq(memcmp(left->amount, right->amount, sizeof left->amount), 0);
        cr_assert_eq(left->budget_gbp, right->budget_gbp);
        cr_assert_eq(left->capacity, right->capacity);
        cr_assert_eq(left->to, right->to);
        cr_assert_eq(left->audience.free_meals, right->audience.free_meals);
        cr_assert_eq(memcmp(left->in_place, right->in_place, (size_t) a->num_places), 0);
    }
}

Test(scenario_text, the_resolved_text_reads_as_the_same_scenario)
{
    struct tiny tiny = tiny_layer(rich);
    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    struct tiny again = tiny_text(tiny.scenario.resolved_text);

    cr_assert_eq(again.status, PW_OK, "%s", pw_status_message());
    are_the_same(&tiny.scenario, &again.scenario);
    cr_assert_str_eq(tiny.scenario.resolved_text, again.scenario.resolved_text);
    cr_assert_null(strstr(tiny.scenario.resolved_text, "extends"));
    tiny_free(&tiny);
    tiny_free(&again);
}

Test(scenario_text, every_parameter_survives_the_resolved_text_bit_for_bit)
{
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);
    char members[65536] = "\"parameters\": {";

    for (size_t k = 0; k < count; k++) /* an awkward number in the range, whole for counts */
        if (table[k].kind == PW_PARAM_REAL)
            (void) snprintf(members + strlen(members), sizeof members - strlen(members),
                "%s\"%s\": %.17g", strlen(members) > 15 ? "," : "", table[k].path,
                table[k].min + (table[k].max - table[k].min) / 3.0);
    cr_assert_lt(strlen(members), sizeof members - 2);
    (void) strcat(members, "}");
    char path[64], *text = NULL;
    cr_assert_eq(pw_alloc(sizeof members + 256, 1, &text), PW_OK);
    (void) snprintf(
        text, sizeof members + 256, "{\"extends\": \"%s\", %s}", TINY_SCENARIO, members);
    tiny_write(text, strlen(text), path);
    struct tiny tiny = tiny_file(path, NULL, 0);
    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    struct tiny again = tiny_text(tiny.scenario.resolved_text);
    are_the_same(&tiny.scenario, &again.scenario);
    tiny_free(&tiny);
    tiny_free(&again);
    pw_free(&text);
    (void) unlink(path);
}

static uint64_t
digest_of(struct tiny tiny)
{
    const uint64_t digest = tiny.scenario.digest;

    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    tiny_free(&tiny);
    return digest;
}

Test(scenario_text, the_digest_is_blind_to_what_cannot_change_results)
{
    const uint64_t plain = digest_of(tiny_layer("\"title\": \"a\""));

    cr_assert_eq(digest_of(tiny_base(NULL, 0)), plain);
    cr_assert_eq(digest_of(tiny_layer("\"why\": \"b\", \"$schema\": \"x\"")), plain);
    cr_assert_eq(digest_of(tiny_layer("\"sources\": {\"more\": \"c\"}")), plain);
    cr_assert_eq(digest_of(tiny_layer("\"run\": {\"record\": 0.5, \"record_from\": 2000}")), plain);
    cr_assert_eq(digest_of(tiny_layer("\"run\": {\"years\": 1e1}")), plain);
    cr_assert_eq(digest_of(tiny_layer("\"calibrated\": {\"inheritance.heritability\": {\"value\": "
                                      "0.6, \"standard_error\": 0.1}}")),
        plain);
    const struct pw_param *param = pw_params_find("inheritance.heritability");
    char members[128];
    (void) snprintf(members, sizeof members, "\"parameters\": {\"%s\": %.15g}", param->path,
        param->default_value[0]);
    cr_assert_eq(digest_of(tiny_layer(members)), plain);
    cr_assert_eq(digest_of(tiny_base((const char *const[]){ "run.seed=1" }, 1)), plain);
}

Test(scenario_text, the_digest_sees_everything_else)
{
    static const char *const layers[] = {
        "\"title\": \"a\"",
        "\"run\": {\"persons\": 20001}",
        "\"run\": {\"years\": 11}",
        "\"run\": {\"seed\": 2}",
        "\"run\": {\"replicate\": 1}",
        "\"run\": {\"shards\": 3}",
        "\"parameters\": {\"inheritance.heritability\": 0.51}",
        "\"paths\": {\"home.access\": {\"source\": \"assumed\", \"status\": \"assumed\", "
        "\"knots\": [[2000, 1]]}}",
        "\"policies\": [{\"name\": \"p\", \"lever\": \"university_outreach\"}]",
        "\"policies\": [{\"name\": \"p\", \"lever\": \"university_outreach\", \"strength\": 0}]",
        "\"policies\": [{\"name\": \"p\", \"lever\": \"university_outreach\", \"where\": "
        "{\"tags\": [\"coastal\"]}}]",
    };
    uint64_t digests[sizeof layers / sizeof *layers];

    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        digests[i] = digest_of(tiny_layer(layers[i]));
        for (size_t j = 0; j < i; j++)
            cr_assert_neq(digests[i], digests[j], "%s, %s", layers[i], layers[j]);
    }
    cr_assert_neq(
        digest_of(tiny_spoilt("\"secondary_fsm_pct\": 46.7", "\"secondary_fsm_pct\": 46.8")),
        digests[0]);
}

Test(scenario_text, saying_a_default_changes_nothing)
{
    cr_assert_eq(digest_of(tiny_policy("\"name\": \"p\", \"lever\": \"university_outreach\"")),
        digest_of(tiny_policy("\"lever\": \"university_outreach\", \"name\": \"p\", \"from\": 2025,"
                              "\"strength\": 1.0, \"ramp_years\": 0, \"ownership\": 0,"
                              "\"why\": \"no reason\"")));
}
