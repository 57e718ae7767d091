/* The accounts beside the markets and policies of every year. SPDX-License-Identifier: MIT */
#include "pathways/ledger.h"

#include "small_world.h"

TestSuite(ledger, .timeout = 60);

enum { FIRST = 2024, YEARS = 9, MAX_ITEMS = 64 };

/* Two policies, one of places and one of people, in two places of six. */
#define POLICIES                                                                                   \
    "\"run\": {\"persons\": 6000, \"shards\": 2, \"history_from\": 2005, \"years\": 8},"           \
    "\"policies\": ["                                                                              \
    "{\"name\": \"More sixth forms\", \"lever\": \"sixth_form_places\", \"from\": 2026,"           \
    " \"to\": 2029, \"capacity\": 1600000, \"unit_cost_gbp\": 6500,"                               \
    " \"where\": {\"places\": [\"Manchester\", \"Oldham\"]}},"                                     \
    "{\"name\": \"Outreach\", \"lever\": \"university_outreach\", \"from\": 2027, \"to\": 2031,"   \
    " \"capacity\": 300000, \"unit_cost_gbp\": 1200,"                                              \
    " \"whom\": {\"first_age\": 16, \"last_age\": 18}}]"

static struct small_life life;
static struct pw_ledger ledger;

static void
end(void)
{
    pw_ledger_free(&ledger);
    small_end(&life);
}

/* Live to just before the recorded years of the scenario with policies. */
static void
begin_with_policies(void)
{
    memset(&life, 0, sizeof life);
    life.tiny = tiny_layer(POLICIES);
    cr_assert_eq(life.tiny.status, PW_OK, "%s",
        life.tiny.faults.count > 0 ? life.tiny.faults.items[0].text : "");
    cr_assert_eq(pw_world_init(&life.world, &life.tiny.scenario), PW_OK);
    small_live_on(&life, FIRST - 1);
    cr_assert_eq(pw_ledger_init(&ledger, &life.world.country, FIRST, YEARS), PW_OK);
}

/* The same without policies. */
static void
begin(void)
{
    small_live(&life, FIRST - 1, "run.persons=6000 run.shards=2 run.history_from=2005 run.years=8");
    cr_assert_eq(pw_ledger_init(&ledger, &life.world.country, FIRST, YEARS), PW_OK);
}

static void
live_a_year(void)
{
    cr_assert_eq(pw_world_step(&life.world), PW_OK, "%s", pw_status_message());
    pw_ledger_note_year(&ledger, &life.world.country);
}

static const struct pw_ledger_account *
account(const char *group, const char *name)
{
    for (size_t a = 0; a < ledger.num_accounts; a++)
        if (strcmp(ledger.accounts[a].group, group) == 0
            && strcmp(ledger.accounts[a].name, name) == 0)
            return &ledger.accounts[a];
    cr_assert_fail("there is no account %s/%s", group, name);
    return NULL;
}

static size_t
items_of(const struct pw_ledger_account *of)
{
    size_t items = 1;

    for (int d = 0; d < of->rank; d++)
        items *= of->dims[d].length;
    return items;
}

/* --- Markets
 * ---------------------------------------------------------------------------------------- */

/* Where the numbers of an account stand in the country. */
struct source {
    const char *name;
    const int64_t *item; /* of one year */
    size_t count;
};

enum { NUM_SOURCES = 17 };

static void
find_sources(const struct pw_country *country, struct source source[NUM_SOURCES])
{
    const size_t places = (size_t) country->scenario->num_places;
    const size_t markets = (size_t) country->scenario->num_labour_markets;
    const size_t levels = markets * PW_NUM_LEVELS, classes = markets * PW_NUM_CLASSES;
    const struct pw_market *p = &country->post16, *u = &country->university;
    const struct pw_market *a = &country->apprenticeship;
    const struct source list[NUM_SOURCES] = {
        { "sixth_form_places", p->capacity, places },
        { "sixth_form_asked", p->asked, places },
        { "sixth_form_taken", p->taken, places },
        { "college_places", p->capacity + places, places },
        { "college_asked", p->asked + places, places },
        { "college_taken", p->taken + places, places },
        { "young_apprenticeship_places", p->capacity + 2 * places, levels },
        { "young_apprenticeship_asked", p->asked + 2 * places, levels },
        { "young_apprenticeship_taken", p->taken + 2 * places, levels },
        { "university_places", u->capacity, PW_NUM_TIERS },
        { "university_asked", u->asked, PW_NUM_TIERS },
        { "university_taken", u->taken, PW_NUM_TIERS },
        { "adult_apprenticeship_places", a->capacity, levels },
        { "adult_apprenticeship_asked", a->asked, levels },
        { "adult_apprenticeship_taken", a->taken, levels },
        { "jobs", country->jobs, classes },
        { "jobs_held", country->held, classes },
    };

    cr_assert_eq(p->num_markets, 2 * places + levels);
    cr_assert_eq(u->num_markets, PW_NUM_TIERS);
    cr_assert_eq(a->num_markets, levels);
    memcpy(source, list, sizeof list);
}

Test(ledger, an_account_holds_what_the_markets_were_in_every_year, .init = begin, .fini = end)
{
    static int64_t was[YEARS][NUM_SOURCES][MAX_ITEMS];
    struct source source[NUM_SOURCES];

    for (int y = 0; y < YEARS; y++) {
        live_a_year();
        find_sources(&life.world.country, source);
        for (int n = 0; n < NUM_SOURCES; n++) {
            cr_assert_leq(source[n].count, (size_t) MAX_ITEMS);
            memcpy(was[y][n], source[n].item, source[n].count * sizeof(int64_t));
        }
    }
    for (int n = 0; n < NUM_SOURCES; n++) {
        const struct pw_ledger_account *of = account("/markets", source[n].name);
        double sum = 0.0;

        cr_assert_eq(items_of(of), (size_t) YEARS * source[n].count, "%s", of->name);
        for (size_t i = 0; i < items_of(of); i++) {
            const size_t y = i / source[n].count, item = i % source[n].count;

            cr_assert_eq(of->data[i], (double) was[y][n][item], "%s, year %zu, item %zu: %g",
                of->name, y, item, of->data[i]);
            sum += of->data[i];
        }
        cr_assert_gt(sum, 0.0, "%s is empty", of->name);
    }
}

Test(ledger, no_more_places_are_taken_than_there_are, .init = begin_with_policies, .fini = end)
{
    static const char *const kinds[] = { "sixth_form", "college", "young_apprenticeship",
        "university", "adult_apprenticeship" };

    for (int y = 0; y < YEARS; y++)
        live_a_year();
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const struct pw_ledger_account *places, *taken;
        char name[64];
        size_t full = 0;

        (void) snprintf(name, sizeof name, "%s_places", kinds[k]);
        places = account("/markets", name);
        (void) snprintf(name, sizeof name, "%s_taken", kinds[k]);
        taken = account("/markets", name);
        cr_assert_eq(items_of(places), items_of(taken));
        for (size_t i = 0; i < items_of(places); i++) {
            cr_assert_leq(taken->data[i], places->data[i], "%s, item %zu", kinds[k], i);
            cr_assert_geq(taken->data[i], 0.0);
            full += taken->data[i] > 0.0 && taken->data[i] == places->data[i];
        }
        if (strcmp(kinds[k], "college") != 0) /* which takes everybody */
            cr_assert_gt(full, 0, "%s is never full", kinds[k]);
    }
}

Test(ledger, vacant_jobs_are_those_that_nobody_held, .init = begin, .fini = end)
{
    const struct pw_ledger_account *jobs = account("/markets", "jobs");
    const struct pw_ledger_account *held = account("/markets", "jobs_held");
    const struct pw_ledger_account *vacant = account("/markets", "jobs_vacant");
    size_t some = 0;

    for (int y = 0; y < YEARS; y++)
        live_a_year();
    for (size_t i = 0; i < items_of(jobs); i++) {
        const double left = jobs->data[i] - held->data[i];

        cr_assert_eq(vacant->data[i], left > 0.0 ? left : 0.0, "item %zu", i);
        some += vacant->data[i] > 0.0;
    }
    cr_assert_gt(some, items_of(jobs) / 4);
}

/* People in their first year at sixth form are those who took a place, and nobody else. */
Test(ledger, a_place_taken_is_a_person_in_it, .init = begin, .fini = end)
{
    const struct pw_ledger_account *taken = account("/markets", "sixth_form_taken");
    const size_t places = taken->dims[1].length;

    for (int y = 0; y < YEARS; y++) {
        double sum = 0.0;
        size_t people = 0;

        live_a_year();
        for (size_t p = 0; p < places; p++)
            sum += taken->data[(size_t) y * places + p];
        for (size_t s = 0; s < life.world.num_shards; s++) {
            const struct pw_shard *shard = &life.world.shards[s];

            for (size_t i = 0; i < shard->num_rows; i++)
                people += shard->state[i] == PW_SIXTH_FORM && shard->spell[i] == 0;
        }
        cr_assert_eq(
            sum, (double) people, "%d: %g places taken by %zu people", FIRST + y, sum, people);
    }
}

/* --- Policies
 * --------------------------------------------------------------------------------------- */

Test(ledger, spending_is_the_unit_cost_for_every_participant, .init = begin_with_policies,
    .fini = end)
{
    const struct pw_ledger_account *participants = account("/policies", "participants");
    const struct pw_ledger_account *spending = account("/policies", "spending");
    const struct pw_country *country = &life.world.country;
    const struct pw_policy *policies = life.tiny.scenario.policies;
    const size_t places = (size_t) life.tiny.scenario.num_places;

    cr_assert_eq(life.tiny.scenario.num_policies, 2);
    for (size_t y = 0; y < YEARS; y++) {
        live_a_year();
        for (size_t n = 0; n < 2; n++) {
            const bool in_force =
                FIRST + (int) y >= policies[n].from && FIRST + (int) y <= policies[n].to;
            double people = 0.0;

            for (size_t p = 0; p < places; p++) {
                const size_t at = (n * YEARS + y) * places + p;

                cr_assert_eq(participants->data[at],
                    (double) country->policy[n].reached[p] * country->people_each);
                cr_assert_eq(
                    spending->data[at], participants->data[at] * policies[n].unit_cost_gbp);
                if (!policies[n].in_place[p]) cr_assert_eq(participants->data[at], 0.0);
                people += participants->data[at];
            }
            cr_assert_eq(people > 0.0, in_force, "policy %zu reaches %g people in %zu", n, people,
                FIRST + y);
            cr_assert_leq(people, policies[n].capacity + country->people_each / 2.0);
        }
    }
    cr_assert_eq(policies[0].unit_cost_gbp, 6500.0);
    cr_assert_eq(policies[1].unit_cost_gbp, 1200.0);
}

/* Everyone who was ever enrolled carries the policy's bit; nobody is enrolled twice. */
Test(ledger, participants_are_people_who_are_enrolled, .init = begin_with_policies, .fini = end)
{
    const struct pw_ledger_account *participants = account("/policies", "participants");
    const size_t places = participants->dims[2].length;
    double enrolled = 0.0;
    size_t people = 0;

    for (size_t y = 0; y < 5; y++) { /* the outreach begins in the fourth year */
        live_a_year();
        for (size_t p = 0; p < places; p++)
            enrolled += participants->data[(YEARS + y) * places + p];
    }
    for (size_t s = 0; s < life.world.num_shards; s++)
        for (size_t i = 0; i < life.world.shards[s].num_rows; i++)
            people += life.world.shards[s].exposure[i] >> 1 & 1;
    cr_assert_gt(people, 20);
    small_near(enrolled / life.world.country.people_each, (double) people, 1e-6, "participants");
}

Test(ledger, without_policies_there_are_no_accounts_of_them, .init = begin, .fini = end)
{
    cr_assert_eq(ledger.num_accounts, 18);
    for (size_t a = 0; a < ledger.num_accounts; a++)
        cr_assert_str_eq(ledger.accounts[a].group, "/markets");
}

/* --- Shape
 * ------------------------------------------------------------------------------------------ */

static void
check_shape(
    const char *group, const char *name, int rank, const char *const *dims, const size_t *length)
{
    const struct pw_ledger_account *of = account(group, name);

    cr_assert_eq(of->rank, rank, "%s", name);
    cr_assert_gt(strlen(of->about), 10, "%s", name);
    for (int d = 0; d < rank; d++) {
        const int first = strcmp(dims[d], "year") == 0 ? FIRST : 0;

        cr_assert_str_eq(of->dims[d].name, dims[d], "%s", name);
        cr_assert_eq(of->dims[d].length, length[d], "%s by %s", name, dims[d]);
        cr_assert_eq(of->dims[d].first, first, "%s by %s", name, dims[d]);
    }
}

Test(ledger, every_account_says_what_its_dimensions_are, .init = begin_with_policies, .fini = end)
{
    check_shape("/markets", "college_asked", 2, (const char *const[]){ "year", "place" },
        (const size_t[]){ YEARS, 6 });
    check_shape("/markets", "university_taken", 2, (const char *const[]){ "year", "tier" },
        (const size_t[]){ YEARS, PW_NUM_TIERS });
    check_shape("/markets", "young_apprenticeship_places", 3,
        (const char *const[]){ "year", "labour_market", "level" },
        (const size_t[]){ YEARS, 3, PW_NUM_LEVELS });
    check_shape("/markets", "jobs_held", 3,
        (const char *const[]){ "year", "labour_market", "class" },
        (const size_t[]){ YEARS, 3, PW_NUM_CLASSES });
    check_shape("/policies", "spending", 3, (const char *const[]){ "policy", "year", "place" },
        (const size_t[]){ 2, YEARS, 6 });
    for (size_t a = 0; a < ledger.num_accounts; a++)
        for (size_t b = 0; b < a; b++)
            cr_assert(strcmp(ledger.accounts[a].name, ledger.accounts[b].name) != 0);
}

/* A ledger of two years in the middle holds the same as the long one, whatever else is entered. */
Test(ledger, years_outside_it_are_not_entered, .init = begin_with_policies, .fini = end)
{
    enum { BEGIN = 3, COUNT = 2 };
    struct pw_ledger brief = { 0 };

    cr_assert_eq(pw_ledger_init(&brief, &life.world.country, FIRST + BEGIN, COUNT), PW_OK);
    for (int y = 0; y < YEARS; y++) {
        live_a_year();
        pw_ledger_note_year(&brief, &life.world.country);
    }
    cr_assert_eq(brief.num_accounts, ledger.num_accounts);
    for (size_t a = 0; a < brief.num_accounts; a++) {
        const struct pw_ledger_account *is = &brief.accounts[a], *of = &ledger.accounts[a];
        const size_t outer = strcmp(is->group, "/policies") == 0 ? is->dims[0].length : 1;
        const size_t inner = items_of(is) / outer / COUNT;

        for (size_t o = 0; o < outer; o++)
            for (size_t i = 0; i < COUNT * inner; i++)
                cr_assert_eq(is->data[o * COUNT * inner + i],
                    of->data[(o * YEARS + BEGIN) * inner + i], "%s, item %zu", is->name, i);
    }
    pw_ledger_free(&brief);
}
