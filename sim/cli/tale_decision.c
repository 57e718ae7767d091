/* SPDX-License-Identifier: MIT */
#include "tale_decision.h"

#include <math.h>

#include "words.h"

/* Options less likely than this are not listed. */
#define LEAST_CHANCE 0.005

pw_status
cli_decision_add_people(struct pw_text *text, const struct cli_teller *teller, int64_t count)
{
    double people = (double) count * teller->run->world.country.people_each, step = 1.0;

    while (people / step >= 100.0)
        step *= 10.0;
    return cli_words_count(text, floor(people / step + 0.5) * step);
}

/* --- Decisions in words --- */

pw_status
cli_decision_add_options(struct pw_text *text, const struct pw_decision *decision)
{
    pw_status status = PW_OK;
    bool is_listed[PW_MAX_OPTIONS] = { false };
    const char *between = "Options: ";

    for (int n = 0; n < decision->num_options; n++) {
        int best = -1;

        for (int o = 0; o < decision->num_options; o++)
            if (!is_listed[o]
                && (best < 0 || decision->option[o].chance > decision->option[best].chance))
                best = o;
        is_listed[best] = true;
        if (decision->option[best].chance < LEAST_CHANCE && best != decision->wanted) continue;
        PW_TRY(pw_text_add(text, "%s%s %.0f %%", between, decision->option[best].name,
            100.0 * decision->option[best].chance));
        between = ", ";
    }
    PW_TRY(pw_text_add(text, "."));
done:
    return status;
}

/* " Sixth form in Blackpool: about 860 asked first for 570 places: not admitted (standing 0.20,
 * the last who was 0.45)." */
static pw_status
add_door(struct pw_text *text, const struct cli_teller *teller, const struct pw_decision *decision,
    int door)
{
    pw_status status = PW_OK;
    const struct pw_door *d = &decision->door[door];
    const bool is_admitted = decision->admitted == door;

    PW_TRY(pw_text_add(
        text, " %c%s", d->name[0] >= 'a' ? d->name[0] - 'a' + 'A' : d->name[0], d->name + 1));
    if (d->where != NULL) PW_TRY(pw_text_add(text, " in %s", d->where));
    if (d->places <= 0) {
        PW_TRY(pw_text_add(text, ": no place at all this year."));
        goto done;
    }
    PW_TRY(pw_text_add(text, ": "));
    if (d->asked > 0) {
        PW_TRY(cli_decision_add_people(text, teller, d->asked));
        PW_TRY(pw_text_add(text, " asked first for "));
    }
    PW_TRY(cli_decision_add_people(text, teller, d->places));
    PW_TRY(pw_text_add(text, " places; %s", is_admitted ? "admitted" : "no place"));
    if (isinf(d->cutoff))
        PW_TRY(pw_text_add(text, ", as everyone who asked was"));
    else
        PW_TRY(pw_text_add(text, " (standing %.2f, needed %.2f)", d->score, d->cutoff));
    PW_TRY(pw_text_add(text, "."));
done:
    return status;
}

pw_status
cli_decision_add_doors(
    struct pw_text *text, const struct cli_teller *teller, const struct pw_decision *decision)
{
    pw_status status = PW_OK;

    for (int d = 0; d < decision->num_doors; d++) {
        if (decision->admitted >= 0 && d > decision->admitted) break;
        PW_TRY(add_door(text, teller, decision, d));
    }
done:
    return status;
}

pw_status
cli_decision_add_felt(
    struct pw_text *text, const struct cli_teller *teller, const struct pw_note *note)
{
    pw_status status = PW_OK;

    for (int f = 0; f < note->num_felt; f++) {
        const struct pw_channel_info *channel = pw_channel_info(note->felt[f].channel);

        PW_TRY(pw_text_add(text, " The policy \"%s\" pushed: %s, %+.3g %s.",
            cli_teller_scenario(teller)->policies[note->felt[f].policy].name, channel->about,
            (double) note->felt[f].amount, channel->unit));
    }
done:
    return status;
}

pw_status
cli_decision_add_chance(struct pw_text *text, const struct pw_decision *decision)
{
    double chance;

    if (decision == NULL || decision->taken < 0) return PW_OK;
    chance = 100.0 * decision->option[decision->taken].chance;
    return pw_text_add(text,
        chance < 0.095  ? " (a chance of %.2f %%)"
        : chance < 9.95 ? " (a chance of %.1f %%)"
                        : " (a chance of %.0f %%)",
        chance);
}

/* --- For machines --- */

static pw_status
add_json_number(struct pw_text *text, const char *name, double value)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(text, ", \"%s\": ", name));
    PW_TRY(pw_text_add_number(text, value));
done:
    return status;
}

/* A decision as an object: options, doors, what came of it. */
static pw_status
add_decision_json(struct pw_text *text, const struct pw_decision *decision)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(text, "{\"about\": "));
    PW_TRY(pw_text_add_quoted(text, decision->about));
    PW_TRY(pw_text_add(text, ", \"options\": ["));
    for (int o = 0; o < decision->num_options; o++) {
        PW_TRY(pw_text_add(text, "%s{\"name\": ", o > 0 ? ", " : ""));
        PW_TRY(pw_text_add_quoted(text, decision->option[o].name));
        PW_TRY(add_json_number(text, "chance", decision->option[o].chance));
        PW_TRY(pw_text_add(text, "}"));
    }
    PW_TRY(pw_text_add(text, "], \"doors\": ["));
    for (int d = 0; d < decision->num_doors; d++) {
        const struct pw_door *door = &decision->door[d];

        PW_TRY(pw_text_add(text, "%s{\"name\": ", d > 0 ? ", " : ""));
        PW_TRY(pw_text_add_quoted(text, door->name));
        PW_TRY(pw_text_add(text, ", \"where\": "));
        PW_TRY(door->where == NULL ? pw_text_add(text, "null")
                                   : pw_text_add_quoted(text, door->where));
        PW_TRY(add_json_number(text, "standing", door->score));
        PW_TRY(add_json_number(text, "needed", door->cutoff));
        PW_TRY(pw_text_add(text, ", \"asked\": %lld, \"places\": %lld, \"admitted\": %s}",
            (long long) door->asked, (long long) door->places,
            decision->admitted == d ? "true" : "false"));
    }
    PW_TRY(pw_text_add(text, "], \"facts\": {"));
    for (int f = 0; f < decision->num_facts; f++) {
        PW_TRY(pw_text_add(text, "%s", f > 0 ? ", " : ""));
        PW_TRY(pw_text_add_quoted(text, decision->fact[f].name));
        PW_TRY(pw_text_add(text, ": "));
        PW_TRY(pw_text_add_number(text, decision->fact[f].value));
    }
    PW_TRY(pw_text_add(text, "}, \"wanted\": "));
    PW_TRY(decision->wanted < 0
               ? pw_text_add(text, "null")
               : pw_text_add_quoted(text, decision->option[decision->wanted].name));
    PW_TRY(pw_text_add(text, ", \"taken\": "));
    PW_TRY(decision->taken < 0 ? pw_text_add(text, "null")
                               : pw_text_add_quoted(text, decision->option[decision->taken].name));
    PW_TRY(pw_text_add(text, "}"));
done:
    return status;
}

pw_status
cli_decision_add_json(
    struct pw_text *json, const struct cli_teller *teller, const struct pw_note *note)
{
    pw_status status = PW_OK;
    const struct pw_shard *shard = cli_teller_shard(teller);
    const char *between = "";

    PW_TRY(pw_text_add(json, ", \"changes\": ["));
    for (int c = 0; note->was_there && c < PW_NUM_COLUMNS; c++) {
        if (!(note->changed >> c & 1) || c == PW_COLUMN_record) continue;
        for (int n = 0; n < 2; n++) {
            struct pw_text value = { 0 };

            PW_TRY(pw_text_add(json, n == 0 ? "%s{\"column\": \"%s\", \"from\": " : ", \"to\": ",
                between, pw_columns_table()[c].name));
            PW_TRY(cli_words_value(&value, cli_teller_scenario(teller), shard,
                n == 0 ? &note->before : &note->after, (enum pw_column) c));
            status = pw_text_add_quoted(json, value.bytes);
            pw_text_free(&value);
            PW_TRY(status);
        }
        PW_TRY(pw_text_add(json, "}"));
        between = ", ";
    }
    PW_TRY(pw_text_add(json, "], \"decisions\": ["));
    for (int t = 0; t < note->num_told; t++) {
        PW_TRY(pw_text_add(json, "%s", t > 0 ? ", " : ""));
        PW_TRY(add_decision_json(json, &note->told[t]));
    }
    PW_TRY(pw_text_add(json, "]"));
done:
    return status;
}
