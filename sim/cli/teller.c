/* SPDX-License-Identifier: MIT */
#include "teller.h"

#include <string.h>

#include "pathways/alloc.h"
#include "pathways/schedule.h"
#include "tale_chapters.h"
#include "tale_decision.h"
#include "words.h"

enum kin { MOTHER, FATHER, PARTNER };

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
    const size_t num_years = teller->tale.num_years;
    const struct cli_year *before = NULL;
    const struct pw_person *end = NULL;

    if (num_years < 2 || !teller->tale.years[num_years - 2].is_there) goto done;
    before = &teller->tale.years[num_years - 2];
    end = &teller->tale.years[num_years - 1].end;
    PW_TRY(tell_parent(teller, MOTHER, &text));
    PW_TRY(tell_parent(teller, FATHER, &text));
    /* Children move with the parent with whom they live. */
    if (end->state <= PW_SCHOOL && end->place != before->end.place)
        PW_TRY(pw_text_add(&text, "%sThe family moves to %s.", text.length > 0 ? " " : "",
            cli_words_place(cli_teller_scenario(teller), end->place)));
    PW_TRY(cli_tale_add_event(&teller->tale, "family", &text, &json));
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
    return cli_tale_add_year(&teller->tale, world->year);
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
            PW_TRY(cli_tale_add_relative(&teller->tale, kin[k], teller->kin_key[k], year->year));
    PW_TRY(pw_text_add(&text, "The run begins with this person; what was before is not in it."));
    if (year->age >= 16) {
        PW_TRY(pw_text_add(
            &text, " Qualified to %s", cli_words_qualification(year->end.qualification)));
        PW_TRY(pw_text_add(&text, ", %s, %d children, %s.",
            teller->kin_is_there[PARTNER] ? "with a partner" : "without a partner",
            year->end.num_children, year->end.owner ? "owns the home" : "rents the home"));
    }
    PW_TRY(cli_tale_add_event(&teller->tale, "founders", &text, &json));
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

/* The chapter of the process, if it has one. */
static pw_status
tell(struct cli_teller *teller, const char *process, struct pw_text *text)
{
    const struct cli_chapter *const books[] = { cli_chapters_of_home, cli_chapters_of_career };

    for (size_t b = 0; b < sizeof books / sizeof *books; b++)
        for (const struct cli_chapter *chapter = books[b]; chapter->process != NULL; chapter++)
            if (strcmp(chapter->process, process) == 0)
                return chapter->tell(teller, &teller->note, text);
    return PW_OK;
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
        teller->tale.birth_year = pw_shard_birth_year(cli_teller_shard(teller), note->at.row);
        teller->tale.sex = note->after.sex;
        teller->tale.is_known = true;
        teller->tale.born_here =
            note->after.state == PW_EARLY_YEARS && note->after.birth_place != PW_UNPLACED;
    }
    for (int f = 0; f < note->num_felt; f++)
        PW_TRY(cli_tale_add_reach(&teller->tale, &note->felt[f], teller->run->world.year));
    if (strcmp(name, "wealth") == 0) watch_parents(teller);
    PW_TRY(tell(teller, name, &text));
    if (text.length > 0) {
        PW_TRY(cli_decision_add_felt(&text, teller, note));
        PW_TRY(cli_decision_add_json(&json, teller, note));
        PW_TRY(cli_tale_add_event(&teller->tale, name, &text, &json));
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
    PW_TRY(pw_strdup(cli_words_place(cli_teller_scenario(teller), year->end.place), &year->where));
    if (year->is_there) PW_TRY(tell_family(teller));
    PW_TRY(note_kin(teller));
    teller->is_over = year->end.state == PW_DEAD || year->end.state == PW_EMIGRATED;
done:
    pw_text_free(&doing);
    return status;
}
