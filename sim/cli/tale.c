/*
 * A life in plain words, while it is lived again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tale.h"

#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/numeric.h"
#include "pathways/schedule.h"
#include "words.h"

enum kin { MOTHER, FATHER, PARTNER };

/* Changes of the inner life in one year that a reader would want to know of. */
#define WELLBEING_JUMP 3.0
#define BELONGING_JUMP 1.0
/* Savings that come at once and are worth a word [GBP 100]. */
#define INHERITANCE 10
/* Options less likely than this are not listed. */
#define LEAST_CHANCE 0.005

/* --- Lists that grow --- */

static pw_status
add_year(struct cli_tale *tale, int year)
{
    pw_status status = PW_OK;

    if (tale->num_years == tale->capacity) {
        const size_t capacity = tale->capacity == 0 ? 128 : 2 * tale->capacity;

        PW_TRY(pw_grow(tale->capacity, capacity, sizeof *tale->years, &tale->years));
        tale->capacity = capacity;
    }
    tale->years[tale->num_years++] = (struct cli_year){ .year = year };
done:
    return status;
}

/* Write down an event; the texts are taken over and left empty. */
static pw_status
add_event(struct cli_tale *tale, const char *process, struct pw_text *text, struct pw_text *json)
{
    pw_status status = PW_OK;
    struct cli_year *year = &tale->years[tale->num_years - 1];
    struct cli_event *event = NULL;

    if (text->length == 0) goto done;
    if (year->num_events == year->capacity) {
        const size_t capacity = year->capacity == 0 ? 8 : 2 * year->capacity;

        PW_TRY(pw_grow(year->capacity, capacity, sizeof *year->events, &year->events));
        year->capacity = capacity;
    }
    event = &year->events[year->num_events++];
    *event = (struct cli_event){ .process = process };
    PW_TRY(pw_strdup(text->bytes, &event->text));
    PW_TRY(pw_strdup(json->length == 0 ? "" : json->bytes, &event->json));
done:
    pw_text_free(text);
    pw_text_free(json);
    return status;
}

static pw_status
add_relative(struct cli_tale *tale, const char *kin, uint64_t key, int year)
{
    pw_status status = PW_OK;

    if (tale->num_relatives == tale->relative_capacity) {
        const size_t capacity = tale->relative_capacity + 16;

        PW_TRY(
            pw_grow(tale->relative_capacity, capacity, sizeof *tale->relatives, &tale->relatives));
        tale->relative_capacity = capacity;
    }
    tale->relatives[tale->num_relatives++] = (struct cli_relative){ kin, key, year };
done:
    return status;
}

static pw_status
add_reach(struct cli_tale *tale, const struct pw_felt *felt, int year)
{
    pw_status status = PW_OK;
    struct cli_reach *reach = NULL;
    size_t r = 0;

    while (
        r < tale->num_reaches
        && (tale->reaches[r].policy != felt->policy || tale->reaches[r].channel != felt->channel))
        r++;
    if (r == tale->reach_capacity) {
        const size_t capacity = tale->reach_capacity + 16;

        PW_TRY(pw_grow(tale->reach_capacity, capacity, sizeof *tale->reaches, &tale->reaches));
        tale->reach_capacity = capacity;
    }
    reach = &tale->reaches[r];
    if (r == tale->num_reaches) {
        *reach = (struct cli_reach){
            .policy = felt->policy, .channel = felt->channel, .first_year = year
        };
        tale->num_reaches++;
    }
    if (reach->last_year != year) {
        reach->num_years++;
        reach->sum += (double) felt->amount;
    }
    reach->last_year = year;
done:
    return status;
}

void
cli_tale_free(struct cli_tale *tale)
{
    for (size_t y = 0; y < tale->num_years; y++) {
        struct cli_year *year = &tale->years[y];

        for (size_t e = 0; e < year->num_events; e++) {
            pw_free(&year->events[e].text);
            pw_free(&year->events[e].json);
        }
        pw_free(&year->events);
        pw_free(&year->doing);
        pw_free(&year->where);
    }
    pw_free(&tale->years);
    pw_free(&tale->reaches);
    pw_free(&tale->relatives);
    *tale = (struct cli_tale){ 0 };
}

/* --- What is known of a note --- */

static const struct pw_scenario *
scenario_of(const struct cli_teller *teller)
{
    return &teller->run->scenario;
}

static const struct pw_shard *
shard_of(const struct cli_teller *teller)
{
    return &teller->run->world.shards[teller->note.at.shard];
}

static bool
changed(const struct pw_note *note, pw_columns columns)
{
    return (note->changed & columns) != 0;
}

/* What was told in the last pass; NULL: nothing. */
static const struct pw_decision *
told(const struct pw_note *note)
{
    return note->num_told > 0 ? &note->told[note->num_told - 1] : NULL;
}

/* Simulated people as people of the real country, to two figures: "about 860". */
static pw_status
add_people(struct pw_text *text, const struct cli_teller *teller, int64_t count)
{
    double people = (double) count * teller->run->world.country.people_each, step = 1.0;

    while (people / step >= 100.0)
        step *= 10.0;
    return cli_words_count(text, floor(people / step + 0.5) * step);
}

/* --- Decisions in words --- */

/* "Options: college 46 %, sixth form 31 %." Most likely first. */
static pw_status
add_options(struct pw_text *text, const struct pw_decision *decision)
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
        PW_TRY(add_people(text, teller, d->asked));
        PW_TRY(pw_text_add(text, " asked first for "));
    }
    PW_TRY(add_people(text, teller, d->places));
    PW_TRY(pw_text_add(text, " places; %s", is_admitted ? "admitted" : "no place"));
    if (isinf(d->cutoff))
        PW_TRY(pw_text_add(text, ", as everyone who asked was"));
    else
        PW_TRY(pw_text_add(text, " (standing %.2f, needed %.2f)", d->score, d->cutoff));
    PW_TRY(pw_text_add(text, "."));
done:
    return status;
}

/* The doors up to the one that opened. */
static pw_status
add_doors(struct pw_text *text, const struct cli_teller *teller, const struct pw_decision *decision)
{
    pw_status status = PW_OK;

    for (int d = 0; d < decision->num_doors; d++) {
        if (decision->admitted >= 0 && d > decision->admitted) break;
        PW_TRY(add_door(text, teller, decision, d));
    }
done:
    return status;
}

/* " The policy Mentors pushed: University wish +0.30 log-odds." */
static pw_status
add_felt(struct pw_text *text, const struct cli_teller *teller, const struct pw_note *note)
{
    pw_status status = PW_OK;

    for (int f = 0; f < note->num_felt; f++) {
        const struct pw_channel_info *channel = pw_channel_info(note->felt[f].channel);

        PW_TRY(pw_text_add(text, " The policy \"%s\" pushed: %s, %+.3g %s.",
            scenario_of(teller)->policies[note->felt[f].policy].name, channel->about,
            (double) note->felt[f].amount, channel->unit));
    }
done:
    return status;
}

/* " (a chance of 12 %)" of what came of a decision. */
static pw_status
add_chance(struct pw_text *text, const struct pw_decision *decision)
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

static pw_status
add_json_number(struct pw_text *text, const char *name, double value)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(text, ", \"%s\": ", name));
    PW_TRY(pw_text_add_number(text, value));
done:
    return status;
}

pw_status
cli_tale_decision_json(struct pw_text *text, const struct pw_decision *decision)
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

/* What a process changed and decided, for machines. */
static pw_status
write_json(struct pw_text *json, const struct cli_teller *teller, const struct pw_note *note)
{
    pw_status status = PW_OK;
    const struct pw_shard *shard = shard_of(teller);
    const char *between = "";

    PW_TRY(pw_text_add(json, ", \"changes\": ["));
    for (int c = 0; note->was_there && c < PW_NUM_COLUMNS; c++) {
        if (!(note->changed >> c & 1) || c == PW_COLUMN_record) continue;
        for (int n = 0; n < 2; n++) {
            struct pw_text value = { 0 };

            PW_TRY(pw_text_add(json, n == 0 ? "%s{\"column\": \"%s\", \"from\": " : ", \"to\": ",
                between, pw_columns_table()[c].name));
            PW_TRY(cli_words_value(&value, scenario_of(teller), shard,
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
        PW_TRY(cli_tale_decision_json(json, &note->told[t]));
    }
    PW_TRY(pw_text_add(json, "]"));
done:
    return status;
}

/* --- What each process says --- */

static pw_status
add_doing(struct pw_text *text, const struct pw_person *person)
{
    return cli_words_doing(text, person);
}

/* "a woman of 31, in an intermediate job in Salford" */
static pw_status
add_somebody(struct pw_text *text, const struct cli_teller *teller, size_t row)
{
    pw_status status = PW_OK;
    const struct pw_shard *shard = shard_of(teller);
    const struct pw_person person = pw_shard_person(shard, row);

    PW_TRY(pw_text_add(text, "a %s of %d, ", person.sex == PW_FEMALE ? "woman" : "man",
        teller->run->world.year - pw_shard_birth_year(shard, row)));
    PW_TRY(add_doing(text, &person));
done:
    return status;
}

static pw_status
tell_ageing(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    (void) teller;
    if (!changed(note, PW_SET(state))) return PW_OK;
    return pw_text_add(text, note->after.state == PW_SCHOOL ? "Starts school." : "Retires.");
}

static pw_status
tell_mortality(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;

    if (note->after.state == PW_DEAD) {
        PW_TRY(
            pw_text_add(text, "Dies, aged %d", teller->run->world.year - teller->tale.birth_year));
        PW_TRY(add_chance(text, told(note)));
        PW_TRY(pw_text_add(text, "."));
    } else if (changed(note, PW_SET(partner))) {
        PW_TRY(pw_text_add(text, "The %s dies.",
            note->before.sex == PW_FEMALE ? "husband or partner" : "wife or partner"));
    }
done:
    return status;
}

static pw_status
tell_migration(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    if (!changed(note, PW_SET(state))) return PW_OK;
    if (note->after.state == PW_EMIGRATED) return pw_text_add(text, "Leaves the country.");
    return pw_text_add(text, "Arrives from abroad, in %s, qualified to %s.",
        cli_words_place(scenario_of(teller), note->after.place),
        cli_words_qualification(note->after.qualification));
}

static pw_status
tell_couples(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;

    if (!changed(note, PW_SET(partner))) goto done;
    if (note->before.partner != PW_NOBODY) {
        PW_TRY(pw_text_add(text, "The couple parts"));
        PW_TRY(add_chance(text, told(note)));
        PW_TRY(pw_text_add(text, "."));
        if (note->before.owner && !note->after.owner)
            PW_TRY(pw_text_add(text, " The other keeps the home."));
    }
    if (note->after.partner != PW_NOBODY) {
        PW_TRY(pw_text_add(text, "%sFinds a partner: ", text->length > 0 ? " " : ""));
        PW_TRY(add_somebody(text, teller, (size_t) note->after.partner));
        PW_TRY(pw_text_add(text, "."));
        PW_TRY(add_relative(&teller->tale, "partner", shard_of(teller)->key[note->after.partner],
            teller->run->world.year));
    }
    if (changed(note, PW_SET(place)))
        PW_TRY(pw_text_add(text, " Moves to live together in %s.",
            cli_words_place(scenario_of(teller), note->after.place)));
    if (!note->before.owner && note->after.owner)
        PW_TRY(pw_text_add(text, " The partner owns the home."));
done:
    return status;
}

/* One parent when a child is born. */
static pw_status
add_parent(struct pw_text *text, const struct cli_teller *teller, const char *who, int32_t row)
{
    pw_status status = PW_OK;
    const struct pw_shard *shard = shard_of(teller);
    struct pw_person parent;

    if (row == PW_NOBODY) {
        PW_TRY(pw_text_add(text, " %s: not known.", who));
        goto done;
    }
    parent = pw_shard_person(shard, (size_t) row);
    PW_TRY(pw_text_add(text, " %s: %d, ", who,
        teller->run->world.year - pw_shard_birth_year(shard, (size_t) row)));
    PW_TRY(add_doing(text, &parent));
    PW_TRY(pw_text_add(text, ", qualified to %s", cli_words_qualification(parent.qualification)));
    if (parent.origin_class != PW_NO_CLASS)
        PW_TRY(pw_text_add(
            text, ", of %s origin", cli_words_code(PW_CODES_CLASS, parent.origin_class)));
    PW_TRY(pw_text_add(text, "."));
done:
    return status;
}

static pw_status
tell_birth(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_shard *shard = shard_of(teller);
    const int32_t mother = note->after.mother, father = note->after.father;

    PW_TRY(pw_text_add(text, "Born in %s, a %s.",
        cli_words_place(scenario_of(teller), note->after.place),
        note->after.sex == PW_FEMALE ? "girl" : "boy"));
    PW_TRY(add_parent(text, teller, "Mother", mother));
    PW_TRY(add_parent(text, teller, "Father", father));
    if (mother == PW_NOBODY) goto done;
    PW_TRY(pw_text_add(
        text, " The home is %s; an income of ", shard->owner[mother] ? "their own" : "rented"));
    PW_TRY(cli_words_count(text, (double) note->after.household_income));
    PW_TRY(pw_text_add(text, " GBP a year (equivalised), %.0f %% of the median.",
        100.0
            * (double) (note->after.household_income / teller->run->world.country.median_income)));
    if (shard->num_children[mother] > 1)
        PW_TRY(pw_text_add(text, " Child number %d of the mother.", shard->num_children[mother]));
    PW_TRY(add_relative(&teller->tale, "mother", shard->key[mother], teller->run->world.year));
    if (father != PW_NOBODY)
        PW_TRY(add_relative(&teller->tale, "father", shard->key[father], teller->run->world.year));
done:
    return status;
}

/* Children are the last rows; a mother's or father's newest is found from the end. */
static pw_status
note_child(struct cli_teller *teller, const struct pw_note *note)
{
    const struct pw_shard *shard = shard_of(teller);

    for (size_t i = shard->num_rows; i-- > 0;)
        if (shard->mother[i] == (int32_t) note->at.row
            || shard->father[i] == (int32_t) note->at.row)
            return add_relative(&teller->tale, "child", shard->key[i], teller->run->world.year);
    return PW_OK;
}

static pw_status
tell_births(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    static const char *const ordinals[] = { "first", "second", "third", "fourth", "fifth", "sixth",
        "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth" };
    pw_status status = PW_OK;

    if (!note->was_there) {
        if (pw_state_is_present(note->after.state)) PW_TRY(tell_birth(teller, note, text));
        goto done;
    }
    if (note->after.num_children <= note->before.num_children) goto done;
    PW_TRY(pw_text_add(text, "A child is born, the %s",
        ordinals[note->before.num_children < 12 ? note->before.num_children : 11]));
    PW_TRY(add_chance(text, told(note)));
    PW_TRY(pw_text_add(text, "."));
    PW_TRY(note_child(teller, note));
done:
    return status;
}

static pw_status
tell_programmes(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;

    for (int t = 0; t < note->num_told; t++) {
        const struct pw_decision *decision = &note->told[t];

        const uint32_t bit = (uint32_t) 1 << note->pass[t];

        /* Where there is never a place, once is enough. */
        if (decision->num_doors == 0
            || (decision->admitted < 0 && (teller->refused_by & bit) && !teller->is_full))
            continue;
        if (decision->admitted < 0) teller->refused_by |= bit;
        PW_TRY(pw_text_add(text, "%sThe policy \"%s\" %s: ", text->length > 0 ? " " : "",
            decision->about, decision->admitted >= 0 ? "enrols this person" : "has no place left"));
        PW_TRY(add_people(text, teller, decision->door[0].asked));
        PW_TRY(pw_text_add(text, " would take part"));
        if (decision->door[0].asked > decision->door[0].taken) {
            PW_TRY(pw_text_add(text, ", "));
            PW_TRY(add_people(text, teller, decision->door[0].places));
            PW_TRY(pw_text_add(text, " can"));
        }
        PW_TRY(pw_text_add(text, "."));
    }
done:
    return status;
}

static pw_status
tell_job_loss(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;

    (void) teller;
    if (!changed(note, PW_SET(state))) goto done;
    PW_TRY(pw_text_add(text, "Loses the %s", cli_words_job(note->before.class)));
    PW_TRY(add_chance(text, told(note)));
    PW_TRY(pw_text_add(text, "."));
done:
    return status;
}

static pw_status
tell_household(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    const int age = teller->run->world.year - teller->tale.birth_year;

    if (!changed(note, PW_SET(free_meals)) || age > 15) return PW_OK;
    if (age < 5)
        return pw_text_add(text, note->after.free_meals
                                     ? "The family is under the line for free school meals."
                                     : "The family is above the line for free school meals.");
    return pw_text_add(text, note->after.free_meals ? "Free school meals from now on."
                                                    : "No free school meals any more.");
}

/* Share of the same age that has less skill. O(cohort). */
static double
rank_of_skill(const struct cli_teller *teller, const struct pw_note *note)
{
    const struct pw_world *world = &teller->run->world;
    int64_t below = 0, all = 0;

    for (size_t s = 0; s < world->num_shards; s++) {
        const struct pw_shard *shard = &world->shards[s];
        const int age = world->year - teller->tale.birth_year;
        const struct pw_range cohort = pw_shard_ages(shard, world->year, age, age);

        for (size_t i = cohort.begin; i < cohort.end; i++)
            if (pw_state_is_present(shard->state[i])) {
                all++;
                below += shard->skill[i] < note->after.skill;
            }
    }
    return all > 0 ? (double) below / (double) all : 0.5;
}

static pw_status
tell_childhood(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    const int age = teller->run->world.year - teller->tale.birth_year;

    if ((age != 5 && age != 11 && age != 15) || !pw_state_is_present(note->after.state))
        return PW_OK;
    return pw_text_add(text, "Skill at %d: more than %.0f %% of children of this age.", age,
        100.0 * rank_of_skill(teller, note));
}

static pw_status
tell_origin(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    const struct pw_person *after = &note->after;
    pw_status status = PW_OK;

    if (teller->run->world.year - teller->tale.birth_year != 14
        || !pw_state_is_present(after->state) || after->origin_class == PW_NO_CLASS)
        goto done;
    PW_TRY(pw_text_add(
        text, "Class of origin: %s", cli_words_code(PW_CODES_CLASS, after->origin_class)));
    if (after->grandparent_class != PW_NO_CLASS)
        PW_TRY(pw_text_add(text, " (and that of this parent: %s)",
            cli_words_code(PW_CODES_CLASS, after->grandparent_class)));
    PW_TRY(pw_text_add(text, "; the parents' highest qualification: %s; the home is %s.",
        cli_words_qualification(after->parent_qualification),
        after->parent_owner ? "their own" : "rented"));
done:
    return status;
}

static pw_status
tell_gcse(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    const struct pw_decision *decision = told(note);

    if (decision == NULL) return tell_origin(teller, note, text);
    return pw_text_add(text,
        "Examinations at 16: Attainment 8 of %.1f; level 2 from %.1f, %s (a chance of %.0f %% "
        "before the day).",
        decision->fact[0].value, decision->fact[1].value,
        decision->taken ? "reached" : "not reached", 100.0 * decision->option[1].chance);
}

/* What was learnt, by the state of the year before. */
static const char *
course_of(uint8_t state)
{
    switch (state) {
    case PW_SIXTH_FORM:
        return "sixth form";
    case PW_FURTHER_EDUCATION:
        return "college";
    case PW_APPRENTICESHIP_INTERMEDIATE:
        return "the intermediate apprenticeship";
    case PW_APPRENTICESHIP_ADVANCED:
        return "the advanced apprenticeship";
    case PW_APPRENTICESHIP_HIGHER:
        return "the higher apprenticeship";
    case PW_UNIVERSITY_HOME:
    case PW_UNIVERSITY_AWAY:
        return "university";
    case PW_POSTGRADUATE:
        return "the higher degree";
    default:
        return "the course";
    }
}

static pw_status
tell_study(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const bool graduates = (note->after.events & PW_EVENT_GRADUATED) != 0
                           && (note->before.events & PW_EVENT_GRADUATED) == 0;
    const bool leaves = changed(note, PW_SET(state));

    (void) teller;
    if (!graduates && !leaves) goto done;
    if (graduates)
        PW_TRY(pw_text_add(text, "Completes %s%s%s", course_of(note->before.state),
            changed(note, PW_SET(qualification)) ? ": now has " : "",
            changed(note, PW_SET(qualification))
                ? cli_words_qualification(note->after.qualification)
                : ""));
    else
        PW_TRY(pw_text_add(text, "Leaves %s without completing it", course_of(note->before.state)));
    /* Of apprenticeships and degrees the end is certain for those who stay. */
    if (told(note) != NULL && told(note)->taken >= 0
        && told(note)->option[told(note)->taken].chance < 1.0)
        PW_TRY(add_chance(text, told(note)));
    PW_TRY(pw_text_add(text, "."));
    if (note->after.state == PW_EMPLOYED)
        PW_TRY(pw_text_add(text, " The employer keeps this apprentice, in %s %s.",
            note->after.class == PW_INTERMEDIATE ? "an" : "a", cli_words_job(note->after.class)));
    if (note->after.state == PW_POSTGRADUATE)
        PW_TRY(pw_text_add(text, " Stays on for a higher degree."));
    if (graduates && !leaves) PW_TRY(pw_text_add(text, " Goes on."));
done:
    return status;
}

static pw_status
tell_post16(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = told(note);

    if (decision == NULL && changed(note, PW_SET(state)))
        PW_TRY(pw_text_add(text, "Leaves school at 15 without examination."));
    if (decision == NULL) goto done;
    PW_TRY(add_options(text, decision));
    if (decision->num_facts > 0)
        PW_TRY(pw_text_add(text, " Sixth forms ask for %.1f in GCSEs.", decision->fact[0].value));
    if (decision->wanted >= 0)
        PW_TRY(pw_text_add(text, " First wish: %s.", decision->option[decision->wanted].name));
    PW_TRY(add_doors(text, teller, decision));
    if (decision->num_doors > 0 && decision->admitted < 0)
        PW_TRY(pw_text_add(text, " What is left: %s.", decision->option[decision->taken].name));
done:
    return status;
}

static pw_status
tell_university(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = told(note);
    const int age = teller->run->world.year - teller->tale.birth_year;

    if (decision == NULL) goto done;
    if (decision->taken == 0) {
        /* Of the many years in which somebody might apply, only the first two are worth it. */
        if (age <= 19 || teller->is_full)
            PW_TRY(pw_text_add(text, "Might apply to university (%.0f %%) and does not.",
                100.0 * decision->option[1].chance));
        goto done;
    }
    PW_TRY(
        pw_text_add(text, "Applies to university (%.0f %%).", 100.0 * decision->option[1].chance));
    PW_TRY(add_doors(text, teller, decision));
    if (decision->admitted >= 0)
        PW_TRY(pw_text_add(text,
            note->after.state == PW_UNIVERSITY_AWAY ? " Moves away to study, to %s."
                                                    : " Studies from home, in %s.",
            cli_words_place(scenario_of(teller), note->after.place)));
done:
    return status;
}

static pw_status
tell_apprenticeship(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = told(note);

    if (decision == NULL || decision->taken == 0) goto done;
    PW_TRY(pw_text_add(
        text, "Applies for an apprenticeship (%.0f %%).", 100.0 * decision->option[1].chance));
    PW_TRY(add_doors(text, teller, decision));
done:
    return status;
}

static pw_status
tell_participation(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = told(note);
    const char *name;

    (void) teller;
    if (decision == NULL || decision->is_routine) goto done;
    name = decision->option[decision->taken].name;
    PW_TRY(pw_text_add(
        text, "Decides to %s", strncmp(name, "stop", 4) == 0 ? "stop work after the birth" : name));
    PW_TRY(add_chance(text, decision));
    PW_TRY(pw_text_add(text, "."));
done:
    return status;
}

/* The door through which somebody came, or the one at home that stayed shut. */
static pw_status
add_hiring(struct pw_text *text, const struct pw_decision *decision)
{
    pw_status status = PW_OK;
    const int door = decision->admitted >= 0 ? decision->admitted : 0;
    const struct pw_door *d = &decision->door[door];

    PW_TRY(pw_text_add(text, "%s %s in %s", d->name[0] == 'i' ? "an" : "a", d->name, d->where));
    if (d->places <= 0)
        PW_TRY(pw_text_add(text, " (no vacancy)"));
    else if (isinf(d->cutoff))
        PW_TRY(pw_text_add(text, " (everyone who asked was hired)"));
    else
        PW_TRY(pw_text_add(text, " (standing %.2f, needed %.2f)", d->score, d->cutoff));
done:
    return status;
}

static pw_status
tell_jobs(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *last = told(note);
    const bool was_out = note->before.state == PW_UNEMPLOYED;
    const bool is_hired = last != NULL && last->admitted >= 0;

    if (last == NULL || last->is_routine) goto done;
    if (!is_hired && !teller->is_full) {
        teller->tale.years[teller->tale.num_years - 1].num_vain = 1;
        if (!was_out) goto done;
    }
    PW_TRY(pw_text_add(text, "%s ", was_out ? "Looks for work:" : "Looks for a better job:"));
    if (is_hired) {
        PW_TRY(pw_text_add(text, "hired for "));
        PW_TRY(add_hiring(text, last));
        last = note->num_told > 1 ? last - 1 : NULL;
        if (last != NULL) PW_TRY(pw_text_add(text, ", after being turned down for "));
    } else {
        PW_TRY(pw_text_add(text, "turned down everywhere, last for "));
    }
    if (last != NULL) PW_TRY(add_hiring(text, last));
    PW_TRY(pw_text_add(text, "."));
done:
    return status;
}

static pw_status
tell_moves(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = told(note);

    if (decision == NULL || (decision->is_routine && !changed(note, PW_SET(place)))) goto done;
    if (decision->num_options == 3 && decision->option[1].value == note->before.home_place
        && strcmp(decision->option[1].name, "go back home") == 0) {
        PW_TRY(add_options(text, decision));
        PW_TRY(pw_text_add(text, " Lives in %s from now on.",
            cli_words_place(scenario_of(teller), note->after.place)));
        goto done;
    }
    PW_TRY(pw_text_add(text, "Moves from %s to %s",
        cli_words_place(scenario_of(teller), note->before.place),
        cli_words_place(scenario_of(teller), note->after.place)));
    PW_TRY(add_chance(text, decision));
    PW_TRY(pw_text_add(text, note->after.partner != PW_NOBODY ? ", as a couple." : "."));
done:
    return status;
}

static pw_status
tell_home(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = told(note);

    (void) teller;
    if (!changed(note, PW_SET(owner))) goto done;
    PW_TRY(pw_text_add(text, note->after.owner ? "Buys a home" : "Gives up the home"));
    PW_TRY(add_chance(text, decision));
    if (decision != NULL && decision->num_facts > 0 && decision->fact[0].value >= 0.05)
        PW_TRY(pw_text_add(
            text, "; the parents are worth %.1f median homes", decision->fact[0].value));
    PW_TRY(pw_text_add(text, "."));
done:
    return status;
}

static pw_status
tell_wealth(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const int gained = note->after.savings - note->before.savings;

    if (teller->lost_parent && gained >= INHERITANCE && note->after.state != PW_DEAD) {
        PW_TRY(pw_text_add(text, "Inherits from a parent who died: savings rise by "));
        PW_TRY(cli_words_count(text, PW_SAVINGS_UNIT * (double) gained));
        PW_TRY(pw_text_add(text, " GBP this year."));
    }
    if (note->before.equity == 0 && note->after.equity > 0) {
        PW_TRY(pw_text_add(text, "%sHolds ", text->length > 0 ? " " : ""));
        PW_TRY(cli_words_count(text, PW_EQUITY_UNIT * (double) note->after.equity));
        PW_TRY(pw_text_add(text, " GBP of the home now."));
    }
done:
    return status;
}

static pw_status
tell_inner_life(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const double jump = teller->is_full ? 0.3 : 1.0;
    const double wellbeing = (double) note->after.wellbeing - (double) note->before.wellbeing;
    const double belonging = (double) note->after.belonging - (double) note->before.belonging;

    if (!pw_state_is_present(note->after.state)) goto done;
    if (fabs(wellbeing) >= jump * WELLBEING_JUMP)
        PW_TRY(pw_text_add(text, "Life satisfaction goes from %.1f to %.1f of 10.",
            (double) note->before.wellbeing, (double) note->after.wellbeing));
    if (fabs(belonging) >= jump * BELONGING_JUMP)
        PW_TRY(pw_text_add(text, "%sBelonging goes from %+.1f to %+.1f SD.",
            text->length > 0 ? " " : "", (double) note->before.belonging,
            (double) note->after.belonging));
done:
    return status;
}

/* Who tells of which process; processes that are not here have nothing to say. */
static const struct {
    const char *process;
    pw_status (*tell)(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text);
} chapters[] = {
    { "ageing", tell_ageing },
    { "mortality", tell_mortality },
    { "migration", tell_migration },
    { "couples", tell_couples },
    { "births", tell_births },
    { "programmes", tell_programmes },
    { "job_loss", tell_job_loss },
    { "household", tell_household },
    { "childhood", tell_childhood },
    { "gcse", tell_gcse },
    { "study", tell_study },
    { "post16", tell_post16 },
    { "university", tell_university },
    { "apprenticeship", tell_apprenticeship },
    { "participation", tell_participation },
    { "jobs", tell_jobs },
    { "moves", tell_moves },
    { "home", tell_home },
    { "wealth", tell_wealth },
    { "inner_life", tell_inner_life },
};

/* --- The family around --- */

static pw_status
note_kin(struct cli_teller *teller)
{
    const struct pw_shard *shard = &teller->run->world.shards[teller->at.shard];
    const int32_t rows[3] = { shard->mother[teller->at.row], shard->father[teller->at.row],
        shard->partner[teller->at.row] };

    for (int k = MOTHER; k <= PARTNER; k++) {
        teller->kin_is_there[k] = rows[k] != PW_NOBODY;
        if (rows[k] == PW_NOBODY) continue;
        teller->kin[k] = pw_shard_person(shard, (size_t) rows[k]);
        teller->kin_key[k] = shard->key[rows[k]];
    }
    return PW_OK;
}

/* What has become of a parent since the end of last year. */
static pw_status
tell_parent(struct cli_teller *teller, int which, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_world *world = &teller->run->world;
    const struct pw_shard *shard = &world->shards[teller->at.shard];
    const int32_t row =
        which == MOTHER ? shard->mother[teller->at.row] : shard->father[teller->at.row];
    const char *who = which == MOTHER ? "mother" : "father";
    const struct pw_person *before = &teller->kin[which];
    struct pw_person after;
    bool is_child;

    if (row == PW_NOBODY || !teller->kin_is_there[which]) goto done;
    after = pw_shard_person(shard, (size_t) row);
    is_child = world->year - teller->tale.birth_year < 18;
    if (after.state == PW_DEAD && before->state != PW_DEAD)
        PW_TRY(pw_text_add(text, "%sThe %s dies, aged %d.", text->length > 0 ? " " : "", who,
            world->year - pw_shard_birth_year(shard, (size_t) row)));
    if (!is_child || !pw_state_is_present(after.state)) goto done;
    if (after.state != before->state
        || (after.state == PW_EMPLOYED && after.class != before->class)) {
        PW_TRY(pw_text_add(text, "%sThe %s is now ", text->length > 0 ? " " : "", who));
        PW_TRY(cli_words_doing(text, &after));
        PW_TRY(
            pw_text_add(text, after.events & PW_EVENT_REDUNDANT ? ", after losing a job." : "."));
    }
    if (which == MOTHER && after.num_children > before->num_children)
        PW_TRY(pw_text_add(text, "%sA brother or sister is born.", text->length > 0 ? " " : ""));
    if (before->partner != PW_NOBODY && after.partner == PW_NOBODY
        && (after.events & PW_EVENT_SEPARATED) && which == MOTHER)
        PW_TRY(
            pw_text_add(text, "%sThe mother and her partner part.", text->length > 0 ? " " : ""));
    if (before->partner == PW_NOBODY && after.partner != PW_NOBODY)
        PW_TRY(
            pw_text_add(text, "%sThe %s finds a new partner.", text->length > 0 ? " " : "", who));
done:
    return status;
}

static pw_status
tell_family(struct cli_teller *teller)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 }, json = { 0 };
    const struct cli_year *year = &teller->tale.years[teller->tale.num_years - 1];
    const struct pw_person *end = &year->end;
    const struct cli_year *before = year - 1;

    if (teller->tale.num_years < 2 || !before->is_there) goto done;
    PW_TRY(tell_parent(teller, MOTHER, &text));
    PW_TRY(tell_parent(teller, FATHER, &text));
    /* Children move with the parent with whom they live. */
    if (end->state <= PW_SCHOOL && end->place != before->end.place)
        PW_TRY(pw_text_add(&text, "%sThe family moves to %s.", text.length > 0 ? " " : "",
            cli_words_place(scenario_of(teller), end->place)));
    PW_TRY(add_event(&teller->tale, "family", &text, &json));
done:
    pw_text_free(&text);
    pw_text_free(&json);
    return status;
}

/* --- The year --- */

pw_status
cli_teller_begin_year(struct cli_teller *teller)
{
    const struct pw_world *world = &teller->run->world;

    teller->at = pw_witness_find(world, teller->tale.key);
    teller->lost_parent = false;
    if (teller->at.is_found) {
        const struct pw_shard *shard = &world->shards[teller->at.shard];

        teller->tale.birth_year = pw_shard_birth_year(shard, teller->at.row);
        teller->tale.sex = shard->sex[teller->at.row];
        teller->tale.is_known = true;
    }
    return add_year(&teller->tale, world->year);
}

pw_status
cli_teller_found(struct cli_teller *teller)
{
    static const char *const kin[3] = { "mother", "father", "partner" };
    pw_status status = PW_OK;
    struct pw_text text = { 0 }, json = { 0 };
    const struct cli_year *year = NULL;

    PW_TRY(cli_teller_begin_year(teller));
    PW_TRY(cli_teller_end_year(teller));
    year = &teller->tale.years[0];
    if (!year->is_there) goto done;
    for (int k = MOTHER; k <= PARTNER; k++)
        if (teller->kin_is_there[k])
            PW_TRY(add_relative(&teller->tale, kin[k], teller->kin_key[k], year->year));
    PW_TRY(pw_text_add(&text, "The run begins with this person; what was before is not in it."));
    if (year->age >= 16) {
        PW_TRY(pw_text_add(
            &text, " Qualified to %s", cli_words_qualification(year->end.qualification)));
        PW_TRY(pw_text_add(&text, ", %s, %d children, %s.",
            teller->kin_is_there[PARTNER] ? "with a partner" : "without a partner",
            year->end.num_children, year->end.owner ? "owns the home" : "rents the home"));
    }
    PW_TRY(add_event(&teller->tale, "founders", &text, &json));
done:
    pw_text_free(&text);
    pw_text_free(&json);
    return status;
}

/* Did a parent die this year? Wealth passes on after that. */
static void
watch_parents(struct cli_teller *teller)
{
    const struct pw_shard *shard = &teller->run->world.shards[teller->at.shard];
    const int32_t rows[2] = { shard->mother[teller->at.row], shard->father[teller->at.row] };

    for (int k = MOTHER; k <= FATHER; k++)
        if (rows[k] != PW_NOBODY && shard->state[rows[k]] == PW_DEAD && shard->spell[rows[k]] == 0)
            teller->lost_parent = true;
}

pw_status
cli_teller_process(struct cli_teller *teller, size_t process)
{
    pw_status status = PW_OK;
    struct pw_note *note = &teller->note;
    struct pw_text text = { 0 }, json = { 0 };
    const char *name = pw_schedule[process]->name;

    pw_witness_process(&teller->run->world, process, teller->tale.key, teller->at, note);
    if (!note->is_there || teller->is_over) goto done;
    teller->at = note->at;
    if (!note->was_there) {
        teller->tale.birth_year = pw_shard_birth_year(shard_of(teller), note->at.row);
        teller->tale.sex = note->after.sex;
        teller->tale.is_known = true;
        teller->tale.born_here =
            note->after.state == PW_EARLY_YEARS && note->after.birth_place != PW_UNPLACED;
    }
    for (int f = 0; f < note->num_felt; f++)
        PW_TRY(add_reach(&teller->tale, &note->felt[f], teller->run->world.year));
    if (strcmp(name, "wealth") == 0) watch_parents(teller);
    for (size_t c = 0; c < sizeof chapters / sizeof *chapters; c++)
        if (strcmp(chapters[c].process, name) == 0) PW_TRY(chapters[c].tell(teller, note, &text));
    if (text.length > 0) {
        PW_TRY(add_felt(&text, teller, note));
        PW_TRY(write_json(&json, teller, note));
        PW_TRY(add_event(&teller->tale, name, &text, &json));
    }
done:
    pw_text_free(&text);
    pw_text_free(&json);
    return status;
}

pw_status
cli_teller_end_year(struct cli_teller *teller)
{
    pw_status status = PW_OK;
    struct cli_year *year = &teller->tale.years[teller->tale.num_years - 1];
    const struct pw_shard *shard = &teller->run->world.shards[teller->at.shard];
    struct pw_text doing = { 0 };

    year->age = year->year - teller->tale.birth_year;
    if (!teller->at.is_found) goto done;
    year->end = pw_shard_person(shard, teller->at.row);
    year->is_there = pw_state_is_present(year->end.state);
    PW_TRY(cli_words_doing(&doing, &year->end));
    PW_TRY(pw_strdup(doing.bytes, &year->doing));
    PW_TRY(pw_strdup(cli_words_place(scenario_of(teller), year->end.place), &year->where));
    if (year->is_there) PW_TRY(tell_family(teller));
    PW_TRY(note_kin(teller));
    teller->is_over = year->end.state == PW_DEAD || year->end.state == PW_EMIGRATED;
done:
    pw_text_free(&doing);
    return status;
}
