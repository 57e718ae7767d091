/*
 * What is told of learning and work: school, courses, applications, jobs, and the programmes that
 * policies offer on the way.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tale_chapters.h"

#include <math.h>
#include <string.h>

#include "tale_decision.h"
#include "words.h"

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
        PW_TRY(cli_decision_add_people(text, teller, decision->door[0].asked));
        PW_TRY(pw_text_add(text, " would take part"));
        if (decision->door[0].asked > decision->door[0].taken) {
            PW_TRY(pw_text_add(text, ", "));
            PW_TRY(cli_decision_add_people(text, teller, decision->door[0].places));
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
    if (!cli_note_changed(note, PW_SET(state))) goto done;
    PW_TRY(pw_text_add(text, "Loses the %s", cli_words_job(note->before.class)));
    PW_TRY(cli_decision_add_chance(text, cli_note_told(note)));
    PW_TRY(pw_text_add(text, "."));
done:
    return status;
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
    PW_TRY(pw_text_add(text, "; the parents' highest qualification: %s; the home is %s%s.",
        cli_words_qualification(after->parent_qualification),
        after->parent_owner ? "their own" : "rented",
        after->workless_home ? ", and nobody there has work" : ""));
done:
    return status;
}

static pw_status
tell_gcse(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    const struct pw_decision *decision = cli_note_told(note);

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
    const bool leaves = cli_note_changed(note, PW_SET(state));

    (void) teller;
    if (!graduates && !leaves) goto done;
    if (graduates)
        PW_TRY(pw_text_add(text, "Completes %s%s%s", course_of(note->before.state),
            cli_note_changed(note, PW_SET(qualification)) ? ": now has " : "",
            cli_note_changed(note, PW_SET(qualification))
                ? cli_words_qualification(note->after.qualification)
                : ""));
    else
        PW_TRY(pw_text_add(text, "Leaves %s without completing it", course_of(note->before.state)));
    /* Of apprenticeships and degrees the end is certain for those who stay. */
    if (cli_note_told(note) != NULL && cli_note_told(note)->taken >= 0
        && cli_note_told(note)->option[cli_note_told(note)->taken].chance < 1.0)
        PW_TRY(cli_decision_add_chance(text, cli_note_told(note)));
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
    const struct pw_decision *decision = cli_note_told(note);

    if (decision == NULL && cli_note_changed(note, PW_SET(state)))
        PW_TRY(pw_text_add(text, "Leaves school at 15 without examination."));
    if (decision == NULL) goto done;
    PW_TRY(cli_decision_add_options(text, decision));
    if (decision->num_facts > 0)
        PW_TRY(pw_text_add(text, " Sixth forms ask for %.1f in GCSEs.", decision->fact[0].value));
    if (decision->wanted >= 0)
        PW_TRY(pw_text_add(text, " First wish: %s.", decision->option[decision->wanted].name));
    PW_TRY(cli_decision_add_doors(text, teller, decision));
    if (decision->num_doors > 0 && decision->admitted < 0)
        PW_TRY(pw_text_add(text, " What is left: %s.", decision->option[decision->taken].name));
done:
    return status;
}

static pw_status
tell_university(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = cli_note_told(note);
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
    PW_TRY(cli_decision_add_doors(text, teller, decision));
    if (decision->admitted >= 0)
        PW_TRY(pw_text_add(text,
            note->after.state == PW_UNIVERSITY_AWAY ? " Moves away to study, to %s."
                                                    : " Studies from home, in %s.",
            cli_words_place(cli_teller_scenario(teller), note->after.place)));
done:
    return status;
}

static pw_status
tell_apprenticeship(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = cli_note_told(note);

    if (decision == NULL || decision->taken == 0) goto done;
    PW_TRY(pw_text_add(
        text, "Applies for an apprenticeship (%.0f %%).", 100.0 * decision->option[1].chance));
    PW_TRY(cli_decision_add_doors(text, teller, decision));
done:
    return status;
}

static pw_status
tell_participation(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_decision *decision = cli_note_told(note);
    const char *name;

    (void) teller;
    if (decision == NULL || decision->is_routine) goto done;
    name = decision->option[decision->taken].name;
    PW_TRY(pw_text_add(
        text, "Decides to %s", strncmp(name, "stop", 4) == 0 ? "stop work after the birth" : name));
    PW_TRY(cli_decision_add_chance(text, decision));
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
    const struct pw_decision *last = cli_note_told(note);
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

const struct cli_chapter cli_chapters_of_career[] = {
    { "programmes", tell_programmes },
    { "job_loss", tell_job_loss },
    { "childhood", tell_childhood },
    { "gcse", tell_gcse },
    { "study", tell_study },
    { "post16", tell_post16 },
    { "university", tell_university },
    { "apprenticeship", tell_apprenticeship },
    { "participation", tell_participation },
    { "jobs", tell_jobs },
    { NULL, NULL },
};
