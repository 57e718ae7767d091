/**
 * ledger.h - what was scarce and what was spent: markets and policies over the recorded years.
 *
 * Layer 3 (engine). Accounts in people of the simulation for markets (places there were, people who
 * asked, places taken) and in people and GBP of the real country for policies.
 *
 *     /markets/KIND_{places,asked,taken}   [year, ...]
 *     /markets/jobs{,_held,_vacant}        [year, labour_market, class]
 *     /policies/{participants,spending}    [policy, year, place]
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_LEDGER_H
#define PW_LEDGER_H

#include "pathways/country.h"

/** Three for each of six kinds of market, which come first, and two for policies. */
#define PW_NUM_MARKET_ACCOUNTS 18
#define PW_MAX_ACCOUNTS        20

/** One array over the recorded years. */
struct pw_ledger_account {
    const char *group, *name, *about, *units;
    int rank;
    struct {
        const char *name;
        size_t length;
        int first;
    } dims[3];
    double *data; /* row-major; whole numbers, except spending */
};

/** Zero-initialise; release with pw_ledger_free. */
struct pw_ledger {
    int first_year, num_years;
    size_t num_accounts;
    struct pw_ledger_account accounts[PW_MAX_ACCOUNTS];
};

/** Room for `num_years` years from `first_year`. */
pw_status pw_ledger_init(
    struct pw_ledger *ledger, const struct pw_country *country, int first_year, int num_years);

void pw_ledger_free(struct pw_ledger *ledger);

/** Parts of an account in which the year is the slowest dimension: one, or one for each policy. */
size_t pw_ledger_num_slices(const struct pw_ledger *ledger, size_t account);

/** One of them. @param num_items receives its numbers a year @return [num_years][num_items] */
double *pw_ledger_slice(
    const struct pw_ledger *ledger, size_t account, size_t slice, size_t *num_items);

/** Enter the country's present year. */
void pw_ledger_note_year(struct pw_ledger *ledger, const struct pw_country *country);

#endif
