/*
 * What is told of home and family: birth and death, partners and children, moves, homes, wealth.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tale_chapters.h"

#include <math.h>
#include <string.h>

#include "tale_decision.h"
#include "words.h"

/* Changes of the inner life in one year that a reader would want to know of. */
#define WELLBEING_JUMP 3.0
#define BELONGING_JUMP 1.0
/* Savings that come at once and are worth a word [GBP 100]. */
#define INHERITANCE 10

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
    const struct pw_shard *shard = cli_teller_shard(teller);
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
    if (!cli_note_changed(note, PW_SET(state))) return PW_OK;
    return pw_text_add(text, note->after.state == PW_SCHOOL ? "Starts school." : "Retires.");
}

static pw_status
tell_mortality(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;

    if (note->after.state == PW_DEAD) {
        PW_TRY(
            pw_text_add(text, "Dies, aged %d", teller->run->world.year - teller->tale.birth_year));
        PW_TRY(cli_decision_add_chance(text, cli_note_told(note)));
        PW_TRY(pw_text_add(text, "."));
    } else if (cli_note_changed(note, PW_SET(partner))) {
        PW_TRY(pw_text_add(text, "The %s dies.",
            note->before.sex == PW_FEMALE ? "husband or partner" : "wife or partner"));
    }
done:
    return status;
}

static pw_status
tell_migration(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    if (!cli_note_changed(note, PW_SET(state))) return PW_OK;
    if (note->after.state == PW_EMIGRATED) return pw_text_add(text, "Leaves the country.");
    if (note->after.mother != PW_NOBODY)
        return pw_text_add(text, "Arrives from abroad with the family, in %s.",
            cli_words_place(cli_teller_scenario(teller), note->after.place));
    return pw_text_add(text, "Arrives from abroad%s, in %s, qualified to %s.",
        note->after.num_children > 0 ? " with a family" : "",
        cli_words_place(cli_teller_scenario(teller), note->after.place),
        cli_words_qualification(note->after.qualification));
}

static pw_status
tell_couples(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;

    if (!cli_note_changed(note, PW_SET(partner))) goto done;
    if (note->before.partner != PW_NOBODY) {
        PW_TRY(pw_text_add(text, "The couple parts"));
        PW_TRY(cli_decision_add_chance(text, cli_note_told(note)));
        PW_TRY(pw_text_add(text, "."));
        if (note->before.owner && !note->after.owner)
            PW_TRY(pw_text_add(text, " The other keeps the home."));
    }
    if (note->after.partner != PW_NOBODY) {
        PW_TRY(pw_text_add(text, "%sFinds a partner: ", text->length > 0 ? " " : ""));
        PW_TRY(add_somebody(text, teller, (size_t) note->after.partner));
        PW_TRY(pw_text_add(text, "."));
        PW_TRY(cli_tale_add_relative(&teller->tale, "partner",
            cli_teller_shard(teller)->key[note->after.partner], teller->run->world.year));
    }
    if (cli_note_changed(note, PW_SET(place)))
        PW_TRY(pw_text_add(text, " Moves to live together in %s.",
            cli_words_place(cli_teller_scenario(teller), note->after.place)));
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
    const struct pw_shard *shard = cli_teller_shard(teller);
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
    const struct pw_shard *shard = cli_teller_shard(teller);
    const int32_t mother = note->after.mother, father = note->after.father;

    PW_TRY(pw_text_add(text, "Born in %s, a %s.",
        cli_words_place(cli_teller_scenario(teller), note->after.place),
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
    PW_TRY(cli_tale_add_relative(
        &teller->tale, "mother", shard->key[mother], teller->run->world.year));
    if (father != PW_NOBODY)
        PW_TRY(cli_tale_add_relative(
            &teller->tale, "father", shard->key[father], teller->run->world.year));
done:
    return status;
}

/* Children are the last rows; a mother's or father's newest is found from the end. */
static pw_status
note_child(struct cli_teller *teller, const struct pw_note *note)
{
    const struct pw_shard *shard = cli_teller_shard(teller);

    for (size_t i = shard->num_rows; i-- > 0;)
        if (shard->mother[i] == (int32_t) note->at.row
            || shard->father[i] == (int32_t) note->at.row)
            return cli_tale_add_relative(
                &teller->tale, "child", shard->key[i], teller->run->world.year);
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
    PW_TRY(cli_decision_add_chance(text, cli_note_told(note)));
    PW_TRY(pw_text_add(text, "."));
    PW_TRY(note_child(teller, note));
done:
    return status;
}

static pw_status
tell_household(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    const int age = teller->run->world.year - teller->tale.birth_year;

    if (!cli_note_changed(note, PW_SET(free_meals)) || age > 15) return PW_OK;
    if (age < 5)
        return pw_text_add(text, note->after.free_meals
                                     ? "The family is under the line for free school meals."
                                     : "The family is above the line for free school meals.");
    return pw_text_add(text, note->after.free_meals ? "Free school meals from now on."
                                                    : "No free school meals any more.");
}

static pw_status
tell_moves(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = cli_note_told(note);

    if (decision == NULL || (decision->is_routine && !cli_note_changed(note, PW_SET(place))))
        goto done;
    if (decision->num_options == 3 && decision->option[1].value == note->before.home_place
        && strcmp(decision->option[1].name, "go back home") == 0) {
        PW_TRY(cli_decision_add_options(text, decision));
        PW_TRY(pw_text_add(text, " Lives in %s from now on.",
            cli_words_place(cli_teller_scenario(teller), note->after.place)));
        goto done;
    }
    PW_TRY(pw_text_add(text, "Moves from %s to %s",
        cli_words_place(cli_teller_scenario(teller), note->before.place),
        cli_words_place(cli_teller_scenario(teller), note->after.place)));
    PW_TRY(cli_decision_add_chance(text, decision));
    PW_TRY(pw_text_add(text, note->after.partner != PW_NOBODY ? ", as a couple." : "."));
done:
    return status;
}

static pw_status
tell_home(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = cli_note_told(note);

    (void) teller;
    if (!cli_note_changed(note, PW_SET(owner))) goto done;
    PW_TRY(pw_text_add(text, note->after.owner ? "Buys a home" : "Gives up the home"));
    PW_TRY(cli_decision_add_chance(text, decision));
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

const struct cli_chapter cli_chapters_of_home[] = {
    { "ageing", tell_ageing },
    { "mortality", tell_mortality },
    { "migration", tell_migration },
    { "couples", tell_couples },
    { "births", tell_births },
    { "household", tell_household },
    { "moves", tell_moves },
    { "home", tell_home },
    { "wealth", tell_wealth },
    { "inner_life", tell_inner_life },
    { NULL, NULL },
};
