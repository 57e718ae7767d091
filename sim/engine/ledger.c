/* SPDX-License-Identifier: MIT */
#include "pathways/ledger.h"

#include <string.h>

#include "pathways/alloc.h"

enum kind { SIXTH_FORM, COLLEGE, YOUNG, UNIVERSITY, ADULT, JOBS, NUM_KINDS };
enum entry { PLACES, ASKED, TAKEN, NUM_ENTRIES };

_Static_assert(NUM_KINDS *NUM_ENTRIES == PW_NUM_MARKET_ACCOUNTS, "accounts of markets");

static const char *const names[NUM_KINDS][NUM_ENTRIES] = {
    { "sixth_form_places", "sixth_form_asked", "sixth_form_taken" },
    { "college_places", "college_asked", "college_taken" },
    { "young_apprenticeship_places", "young_apprenticeship_asked", "young_apprenticeship_taken" },
    { "university_places", "university_asked", "university_taken" },
    { "adult_apprenticeship_places", "adult_apprenticeship_asked", "adult_apprenticeship_taken" },
    { "jobs", "jobs_held", "jobs_vacant" },
};

#define PLACES_ABOUT "Places there were, people of the simulation"
#define ASKED_ABOUT  "People who asked for such a place first"
#define TAKEN_ABOUT  "Places that were taken"
#define OF_LEVEL     "; level 0 is intermediate, 1 advanced, 2 higher"
#define OF_TIER      "; tier 0 is the higher, 1 the medium, 2 the lower"

static const char *const about[NUM_KINDS][NUM_ENTRIES] = {
    [SIXTH_FORM] = { PLACES_ABOUT, ASKED_ABOUT, TAKEN_ABOUT },
    [COLLEGE] = { PLACES_ABOUT, ASKED_ABOUT, TAKEN_ABOUT },
    [YOUNG] = { PLACES_ABOUT OF_LEVEL, ASKED_ABOUT OF_LEVEL, TAKEN_ABOUT OF_LEVEL },
    [UNIVERSITY] = { PLACES_ABOUT OF_TIER, ASKED_ABOUT OF_TIER, TAKEN_ABOUT OF_TIER },
    [ADULT] = { PLACES_ABOUT OF_LEVEL, ASKED_ABOUT OF_LEVEL, TAKEN_ABOUT OF_LEVEL },
    [JOBS] = { "Jobs there were, people of the simulation", "Jobs held before hiring",
        "Jobs vacant before hiring; promotions leave further vacancies" },
};

static size_t
num_items(const struct pw_ledger_account *account)
{
    size_t items = 1;

    for (int d = 0; d < account->rank; d++)
        items *= account->dims[d].length;
    return items;
}

static void
set_dimension(struct pw_ledger_account *account, int d, const char *name, size_t length, int first)
{
    account->dims[d].name = name;
    account->dims[d].length = length;
    account->dims[d].first = first;
}

static void
describe_market(struct pw_ledger_account *account, const struct pw_country *country, int kind)
{
    const size_t places = (size_t) country->scenario->num_places;
    const size_t markets = (size_t) country->scenario->num_labour_markets;

    account->rank = kind == UNIVERSITY || kind <= COLLEGE ? 2 : 3;
    if (kind <= COLLEGE)
        set_dimension(account, 1, "place", places, 0);
    else if (kind == UNIVERSITY)
        set_dimension(account, 1, "tier", PW_NUM_TIERS, 0);
    else {
        set_dimension(account, 1, "labour_market", markets, 0);
        set_dimension(account, 2, kind == JOBS ? "class" : "level",
            kind == JOBS ? PW_NUM_CLASSES : PW_NUM_LEVELS, 0);
    }
}

static void
describe(struct pw_ledger *ledger, const struct pw_country *country)
{
    for (int kind = 0; kind < NUM_KINDS; kind++)
        for (int entry = 0; entry < NUM_ENTRIES; entry++) {
            struct pw_ledger_account *account = &ledger->accounts[ledger->num_accounts++];

            account->group = "/markets";
            account->name = names[kind][entry];
            account->about = about[kind][entry];
            account->units = "1";
            set_dimension(account, 0, "year", (size_t) ledger->num_years, ledger->first_year);
            describe_market(account, country, kind);
        }
    for (int n = 0; n < 2 && country->scenario->num_policies > 0; n++) {
        struct pw_ledger_account *account = &ledger->accounts[ledger->num_accounts++];

        account->group = "/policies";
        account->name = n == 0 ? "participants" : "spending";
        account->about =
            n == 0 ? "People enrolled or places added in a year, people of the real country"
                   : "Spending in a year, prices of 2025";
        account->units = n == 0 ? "people" : "GBP";
        account->rank = 3;
        set_dimension(account, 0, "policy", (size_t) country->scenario->num_policies, 0);
        set_dimension(account, 1, "year", (size_t) ledger->num_years, ledger->first_year);
        set_dimension(account, 2, "place", (size_t) country->scenario->num_places, 0);
    }
}

pw_status
pw_ledger_init(
    struct pw_ledger *ledger, const struct pw_country *country, int first_year, int num_years)
{
    pw_status status = PW_OK;

    memset(ledger, 0, sizeof *ledger);
    ledger->first_year = first_year;
    ledger->num_years = num_years;
    describe(ledger, country);
    for (size_t a = 0; a < ledger->num_accounts; a++)
        PW_TRY(
            pw_alloc(num_items(&ledger->accounts[a]), sizeof(double), &ledger->accounts[a].data));
done:
    return status;
}

void
pw_ledger_free(struct pw_ledger *ledger)
{
    for (size_t a = 0; a < ledger->num_accounts; a++)
        pw_free(&ledger->accounts[a].data);
    memset(ledger, 0, sizeof *ledger);
}

size_t
pw_ledger_num_slices(const struct pw_ledger *ledger, size_t account)
{
    return account < PW_NUM_MARKET_ACCOUNTS ? 1 : ledger->accounts[account].dims[0].length;
}

double *
pw_ledger_slice(const struct pw_ledger *ledger, size_t account, size_t slice, size_t *items)
{
    const struct pw_ledger_account *const from = &ledger->accounts[account];
    const size_t years = (size_t) ledger->num_years;

    PW_BUG_IF(account >= ledger->num_accounts || slice >= pw_ledger_num_slices(ledger, account));
    *items = num_items(from) / pw_ledger_num_slices(ledger, account) / years;
    return from->data + slice * years * *items;
}

/* One entry of one item of a kind of market this year. */
static int64_t
entry_of(const struct pw_country *country, int kind, size_t item, int entry)
{
    const size_t places = (size_t) country->scenario->num_places;
    const struct pw_market *market = kind == UNIVERSITY ? &country->university
                                     : kind == ADULT    ? &country->apprenticeship
                                                        : &country->post16;
    const size_t first = kind == COLLEGE ? places : kind == YOUNG ? 2 * places : 0;

    if (kind == JOBS)
        return entry == PLACES  ? country->jobs[item]
               : entry == ASKED ? country->held[item]
               : country->jobs[item] > country->held[item]
                   ? country->jobs[item] - country->held[item]
                   : 0;
    return entry == PLACES  ? market->capacity[first + item]
           : entry == ASKED ? market->asked[first + item]
                            : market->taken[first + item];
}

void
pw_ledger_note_year(struct pw_ledger *ledger, const struct pw_country *country)
{
    const int y = country->year - ledger->first_year;
    const size_t num_places = (size_t) country->scenario->num_places;
    const int num_policies = country->scenario->num_policies;

    if (y < 0 || y >= ledger->num_years) return;
    for (int kind = 0; kind < NUM_KINDS; kind++)
        for (int entry = 0; entry < NUM_ENTRIES; entry++) {
            struct pw_ledger_account *account = &ledger->accounts[kind * NUM_ENTRIES + entry];
            const size_t items = num_items(account) / (size_t) ledger->num_years;

            for (size_t item = 0; item < items; item++)
                account->data[(size_t) y * items + item] =
                    (double) entry_of(country, kind, item, entry);
        }
    for (int i = 0; i < num_policies; i++)
        for (size_t p = 0; p < num_places; p++) {
            const double people = (double) country->policy[i].reached[p] * country->people_each;
            const size_t at =
                ((size_t) i * (size_t) ledger->num_years + (size_t) y) * num_places + p;

            ledger->accounts[NUM_KINDS * NUM_ENTRIES].data[at] = people;
            ledger->accounts[NUM_KINDS * NUM_ENTRIES + 1].data[at] =
                people * country->scenario->policies[i].unit_cost_gbp;
        }
}
