/*
 * One life told year by year: the run is lived again from its file, and somebody watches.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "choose.h"
#include "cli.h"
#include "page.h"
#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/parallel.h"
#include "pathways/parting.h"
#include "pathways/push.h"
#include "pathways/schedule.h"
#include "pathways/trajectory.h"
#include "teller.h"
#include "words.h"

/* At random somebody is taken who is old enough for a story. */
#define GROWN_UP 30
/* Rows of trajectories that are read together. */
#define CHUNK 4096

struct request {
    const char *person, *where;
    bool wants_random, wants_parted, is_recorded, is_full, has_pick;
    int64_t pick;
    uint64_t key;
    enum cli_page_format format;
    int width;
};

/* What is told of one file. */
struct story {
    struct cli_relive run;
    struct cli_teller teller;
    bool is_on_file;
    size_t row;                  /* in /persons */
    const char *checked, *label; /* label: the file in a sentence */
};

static void
print_manual(void)
{
    (void) printf(
        "NAME\n"
        "    pathways trace - tell one life year by year, and the same life under another "
        "policy\n\n"
        "SYNOPSIS\n"
        "    pathways trace RUN.h5 [OTHER.h5] --person KEY|random [--where CONDITION] [--parted]\n"
        "                   [--format FORMAT] [--recorded]\n\n"
        "DESCRIPTION\n"
        "    A run file holds all that it takes to live the run again to the same bits. trace does "
        "so, watches\n"
        "    one person, and tells in plain words what was decided each year and why: which ways "
        "were open\n"
        "    and how likely each was, who else asked for the same places and what it took to be "
        "admitted,\n"
        "    what a policy did, and what became of the family. What is told is checked against "
        "what "
        "the file\n"
        "    holds; when another version of the program lives otherwise, trace says so and tells "
        "nothing.\n\n"
        "    With OTHER.h5, a run of the same people under another policy, both are lived side by "
        "side. What is\n"
        "    common is told once; then the year, the process and the column in which the lives "
        "part, and why.\n\n"
        "    Standing is the rank among those who ask, in standard deviations of luck and merit; "
        "needed is the\n"
        "    lowest that was admitted.\n\n"
        "OPTIONS\n"
        "    -p, --person KEY     the key of the person (/persons/key), or `random`\n"
        "    -w, --where TEXT     only who is like that: columns of /persons compared by = != < > "
        "<= >= and\n"
        "                         joined by `and`; names of codes, places and policies are "
        "understood, yes\n"
        "                         and no; implies --person random\n"
        "        --parted         only who does something else in OTHER.h5; implies --person "
        "random\n"
        "        --pick N         random, but the same person for the same N\n"
        "        --recorded       tell only what the files hold, at once, without living again\n"
        "        --full           also what came to nothing: wishes, jobs not found\n"
        "    -f, --format FORMAT  text, markdown, csv or json\n"
        "        --width N        columns of the page; two lives stand side by side from 100 on\n"
        "    -t, --threads N      0, the default: as many as the machine has\n"
        "    -q, --quiet          no progress\n"
        "    -h, --help           print this\n\n" CLI_EXIT_STATUS
        "    Nobody who is as asked is exit status 1; a file that is lived otherwise now is 3.\n\n"
        "EXAMPLES\n"
        "    pathways trace base.h5 --person random --pick 7\n"
        "    pathways trace base.h5 --where 'origin_class=lower_working and "
        "birth_place=Blackpool'\n"
        "    pathways trace base.h5 policy.h5 --parted --where 'birth_year>=2010 and "
        "attainment<35'\n"
        "    pathways trace base.h5 policy.h5 --person 1234567890 --format markdown\n");
}

/* --- Who --- */

/* A file without people cannot be chosen from. */
static pw_status
check_people(const struct cli_relive *run)
{
    pw_status status = PW_OK;

    if (run->num_people == 0)
        PW_FAIL(PW_EUSAGE,
            "%s keeps no people to choose from (it was run with --record none); name one with "
            "--person KEY",
            pw_reader_path(run->reader));
done:
    return status;
}

/* Without other wish: whoever was born in the run and has grown up; all, if there are none. */
static pw_status
keep_grown_up(const struct cli_relive *run, bool *chosen)
{
    pw_status status = PW_OK;
    int64_t history_from = 0, start = 0, years = 0, *born = NULL, *place = NULL;
    struct pw_field field = { 0 }, other = { 0 };
    size_t count = 0;

    PW_TRY(pw_reader_number(run->reader, "/", "history_from", &history_from));
    PW_TRY(pw_reader_number(run->reader, "/", "start_year", &start));
    PW_TRY(pw_reader_number(run->reader, "/", "years", &years));
    PW_TRY(pw_reader_load_whole(run->reader, "/persons/birth_year", &field, &born));
    PW_TRY(pw_reader_load_whole(run->reader, "/persons/birth_place", &other, &place));
    for (size_t i = 0; i < run->num_people; i++) {
        chosen[i] =
            born[i] > history_from && born[i] + GROWN_UP <= start + years - 1 && place[i] >= 0;
        count += chosen[i];
    }
    for (size_t i = 0; count == 0 && i < run->num_people; i++)
        chosen[i] = true;
done:
    pw_free(&born);
    pw_free(&place);
    pw_field_free(&field);
    pw_field_free(&other);
    return status;
}

/* Rows of the other file by key: -1 where it does not know the person. */
static int
compare_keys(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (x[0] > y[0]) - (x[0] < y[0]);
}

/* Keep those whose states on file differ between the two runs. Rows of both are in order of birth,
 * so that people near each other in one are near in the other; states are read a chunk at a time.
 */
static pw_status
keep_parted(const struct cli_relive *one, const struct cli_relive *other, bool *chosen)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 }, other_field = { 0 };
    int64_t *keys = NULL, *other_keys = NULL, *states = NULL, *other_states = NULL;
    int64_t(*sorted)[2] = NULL;
    const size_t years = (size_t) one->record_years;

    if (one->record_years == 0 || other->record_years != one->record_years
        || other->record_from != one->record_from)
        PW_FAIL(PW_EUSAGE, "--parted needs two files that record the same years");
    PW_TRY(pw_reader_load_whole(one->reader, "/persons/key", &field, &keys));
    PW_TRY(pw_reader_load_whole(other->reader, "/persons/key", &other_field, &other_keys));
    pw_field_free(&other_field);
    PW_TRY(pw_alloc(other->num_people, sizeof *sorted, &sorted));
    for (size_t i = 0; i < other->num_people; i++) {
        sorted[i][0] = other_keys[i];
        sorted[i][1] = (int64_t) i;
    }
    qsort(sorted, other->num_people, sizeof *sorted, compare_keys);
    PW_TRY(pw_alloc(CHUNK * years, sizeof *states, &states));
    PW_TRY(pw_reader_load_whole(other->reader, "/trajectories/state", &other_field, &other_states));
    for (size_t begin = 0; begin < one->num_people; begin += CHUNK) {
        const size_t rest = one->num_people - begin, count = rest < CHUNK ? rest : CHUNK;

        PW_TRY(pw_reader_read_whole(one->reader, "/trajectories/state", begin, count, states));
        for (size_t i = 0; i < count; i++) {
            const int64_t wanted[2] = { keys[begin + i], 0 };
            const int64_t(*found)[2] =
                bsearch(wanted, sorted, other->num_people, sizeof *sorted, compare_keys);

            chosen[begin + i] =
                chosen[begin + i] && found != NULL
                && memcmp(&states[i * years], &other_states[(size_t) (*found)[1] * years],
                       years * sizeof *states)
                       != 0;
        }
    }
done:
    pw_free(&sorted);
    pw_free(&keys);
    pw_free(&other_keys);
    pw_free(&states);
    pw_free(&other_states);
    pw_field_free(&field);
    pw_field_free(&other_field);
    return status;
}

/* Somebody by condition or at random. */
static pw_status
choose(const struct request *request, const struct story *stories, size_t count, uint64_t *key)
{
    pw_status status = PW_OK;
    const struct cli_relive *run = &stories[0].run;
    bool *chosen = NULL;
    size_t row = 0;
    int64_t found = 0;

    PW_TRY(check_people(run));
    PW_TRY(pw_alloc(run->num_people, sizeof *chosen, &chosen));
    for (size_t i = 0; i < run->num_people; i++)
        chosen[i] = true;
    if (request->where != NULL)
        PW_TRY(cli_choose_where(run->reader, request->where, chosen));
    else if (!request->wants_parted)
        PW_TRY(keep_grown_up(run, chosen));
    if (request->wants_parted && count < 2)
        PW_FAIL(PW_EUSAGE, "--parted needs OTHER.h5, a run of the same people");
    if (request->wants_parted) PW_TRY(keep_parted(run, &stories[1].run, chosen));
    PW_TRY(cli_choose_pick(run->reader, chosen, run->num_people, (uint64_t) request->pick, &row));
    PW_TRY(pw_reader_read_whole(run->reader, "/persons/key", row, 1, &found));
    *key = (uint64_t) found;
done:
    pw_free(&chosen);
    return status;
}

/* --- What the file holds --- */

/* A row of a trajectory. @param values [record_years] receives it as stored */
static pw_status
read_trajectory(const struct story *story, const char *name, int64_t *values)
{
    char path[64] = "/trajectories/";

    (void) strncat(path, name, sizeof path - strlen(path) - 1);
    return pw_reader_read_whole(story->run.reader, path, story->row, 1, values);
}

/* What the file must hold of a year: before birth and after death too. @param expected [3] */
static int
expect(const struct cli_tale *tale, int year, int64_t *expected)
{
    const struct cli_year *last = NULL;

    for (size_t y = 0; y < tale->num_years; y++) {
        if (tale->years[y].year > year) break;
        if (tale->years[y].doing != NULL) last = &tale->years[y];
    }
    expected[0] = last == NULL ? PW_NOT_BORN : last->end.state;
    if (last == NULL || !last->is_there) return 1;
    expected[1] = last->end.place;
    expected[2] = last->end.class;
    return last->year == year ? 3 : 0; /* 0: not lived so far */
}

/* Are states, places and classes on file those that were told? */
static pw_status
check_story(struct story *story)
{
    static const char *const names[] = { "state", "place", "class" };
    pw_status status = PW_OK;
    const struct cli_relive *run = &story->run;
    int64_t *values[3] = { NULL }, expected[3];
    struct pw_text what = { 0 };

    for (int n = 0; n < 3; n++) {
        PW_TRY(pw_alloc((size_t) run->record_years, sizeof *values[n], &values[n]));
        PW_TRY(read_trajectory(story, names[n], values[n]));
    }
    for (int y = 0; y < run->record_years; y++) {
        const int count = expect(&story->teller.tale, run->record_from + y, expected);

        for (int n = 0; n < count; n++)
            if (values[n][y] != expected[n]) {
                PW_TRY(pw_text_add(
                    &what, "this person's %s at the end of %d", names[n], run->record_from + y));
                PW_TRY(cli_relive_refuse(run, what.bytes));
            }
    }
    story->checked = "Lived again, and checked against the years on file";
done:
    for (int n = 0; n < 3; n++)
        pw_free(&values[n]);
    pw_text_free(&what);
    return status;
}

/* A recorded life: what somebody does each year, and what the file says of moves and exams. */
static pw_status
tell_recorded(struct story *story, uint64_t key)
{
    static const char *const names[] = { "state", "place", "class", "qualification", "pay" };
    enum { STATE, PLACE, CLASS, QUALIFICATION, PAY, NUM_NAMES };
    pw_status status = PW_OK;
    const struct cli_relive *run = &story->run;
    struct cli_tale *tale = &story->teller.tale;
    int64_t *values[NUM_NAMES] = { NULL }, born = 0, sex = 0;
    struct pw_names places = { 0 };
    struct pw_text doing = { 0 };

    if (run->record_years == 0)
        PW_FAIL(PW_EUSAGE,
            "%s records no lives (it was run with --record none); leave out "
            "--recorded to live it again",
            pw_reader_path(run->reader));
    PW_TRY(cli_relive_row(run, key, &story->row));
    PW_TRY(pw_reader_read_whole(run->reader, "/persons/birth_year", story->row, 1, &born));
    PW_TRY(pw_reader_read_whole(run->reader, "/persons/sex", story->row, 1, &sex));
    PW_TRY(pw_reader_names(run->reader, "/axes/place", &places));
    tale->birth_year = (int) born;
    tale->sex = (int) sex;
    for (int n = 0; n < NUM_NAMES; n++) {
        PW_TRY(pw_alloc((size_t) run->record_years, sizeof *values[n], &values[n]));
        PW_TRY(read_trajectory(story, names[n], values[n]));
    }
    PW_TRY(pw_alloc((size_t) run->record_years, sizeof *tale->years, &tale->years));
    for (int y = 0; y < run->record_years; y++) {
        struct cli_year *year = &tale->years[y];
        const int64_t place = values[PLACE][y];

        *year = (struct cli_year){ .year = run->record_from + y,
            .age = run->record_from + y - tale->birth_year };
        tale->num_years++;
        year->end.state = (uint8_t) values[STATE][y];
        year->end.class = (uint8_t) values[CLASS][y];
        year->end.place = (uint16_t) place;
        year->end.qualification = (uint8_t) values[QUALIFICATION][y];
        year->end.pay = values[PAY][y] > 0 ? (float) values[PAY][y] / 1000.0f : 0.0f;
        year->is_there = pw_state_is_present(year->end.state);
        PW_TRY(cli_words_doing(&doing, &year->end));
        PW_TRY(pw_strdup(doing.bytes, &year->doing));
        pw_text_free(&doing);
        PW_TRY(
            pw_strdup(place >= 0 && (size_t) place < places.count ? places.items[place] : "abroad",
                &year->where));
    }
    story->checked = "As it is on file, not lived again";
done:
    for (int n = 0; n < NUM_NAMES; n++)
        pw_free(&values[n]);
    pw_names_free(&places);
    pw_text_free(&doing);
    return status;
}

/* --- Living --- */

/* Columns that somebody beside the person would notice. */
#define VISIBLE                                                                                    \
    (PW_SET(state) | PW_SET(place) | PW_SET(class) | PW_SET(qualification) | PW_SET(owner)         \
        | PW_SET(partner) | PW_SET(num_children) | PW_SET(enrolled))

static enum pw_column
first_column(pw_columns columns)
{
    int c = 0;

    while (!(columns >> c & 1))
        c++;
    return (enum pw_column) c;
}

/* A policy that pushes in one world and not, or otherwise, in the other. */
static pw_status
explain_push(struct pw_text *why, const struct story *stories, size_t one)
{
    pw_status status = PW_OK;
    const struct pw_note *note = &stories[one].teller.note;
    const struct pw_note *other = &stories[1 - one].teller.note;
    const struct pw_policy *policies = stories[one].run.scenario.policies;
    const struct pw_policy *other_policies = stories[1 - one].run.scenario.policies;

    for (int f = 0; f < note->num_felt && why->length == 0; f++) {
        const struct pw_felt *felt = &note->felt[f];
        bool is_shared = false;

        for (int g = 0; g < other->num_felt; g++)
            is_shared =
                is_shared
                || (other->felt[g].channel == felt->channel && other->felt[g].amount == felt->amount
                    && strcmp(
                           policies[felt->policy].name, other_policies[other->felt[g].policy].name)
                           == 0);
        if (is_shared) continue;
        PW_TRY(pw_text_add(why, " In %s the policy \"%s\" acts on this person: %s, %+.3g %s.",
            stories[one].label, policies[felt->policy].name, pw_channel_info(felt->channel)->about,
            (double) felt->amount, pw_channel_info(felt->channel)->unit));
    }
done:
    return status;
}

/* What a policy of one world pushes a person with, through any channel; 0 without such a policy. */
static float
push_of(const struct story *story, const char *policy, enum pw_channel channel)
{
    const struct pw_world *world = &story->run.world;
    const struct pw_shard *shard = &world->shards[story->teller.at.shard];
    const size_t row = story->teller.at.row;

    for (int p = 0; p < story->run.scenario.num_policies; p++)
        if (strcmp(story->run.scenario.policies[p].name, policy) == 0)
            return pw_push_by(&world->country, p, shard, channel,
                world->year - pw_shard_birth_year(shard, row), row);
    return 0.0f;
}

/* A policy that acts on the person somewhere, if not in this process. */
static pw_status
explain_any_push(struct pw_text *why, const struct story *stories, size_t one)
{
    pw_status status = PW_OK;
    const struct pw_scenario *scenario = &stories[one].run.scenario;

    for (int p = 0; p < scenario->num_policies && why->length == 0; p++)
        for (int c = 0; c < PW_NUM_CHANNELS && why->length == 0; c++) {
            const enum pw_channel channel = (enum pw_channel) c;
            const char *name = scenario->policies[p].name;
            const float amount = push_of(&stories[one], name, channel);

            if (amount == 0.0f || amount == push_of(&stories[1 - one], name, channel)) continue;
            PW_TRY(pw_text_add(why,
                " In %s the policy \"%s\" acts on this person this year: %s, %+.3g %s.",
                stories[one].label, name, pw_channel_info(channel)->about, (double) amount,
                pw_channel_info(channel)->unit));
        }
done:
    return status;
}

/* A policy that enrols in one world only. */
static pw_status
explain_enrolment(struct pw_text *why, const struct story *stories, size_t one)
{
    pw_status status = PW_OK;
    const struct pw_person *after = &stories[one].teller.note.after;
    const struct pw_person *other = &stories[1 - one].teller.note.after;
    const struct pw_scenario *scenario = &stories[one].run.scenario;
    const struct pw_scenario *other_scenario = &stories[1 - one].run.scenario;

    for (int p = 0; p < scenario->num_policies && why->length == 0; p++) {
        bool has_other = false;

        if (!(after->enrolled >> p & 1)) continue;
        for (int q = 0; q < other_scenario->num_policies; q++)
            has_other =
                has_other
                || (other->enrolled >> q & 1
                    && strcmp(other_scenario->policies[q].name, scenario->policies[p].name) == 0);
        if (!has_other)
            PW_TRY(pw_text_add(why, " In %s the policy \"%s\" enrols this person.",
                stories[one].label, scenario->policies[p].name));
    }
done:
    return status;
}

/* " in base.h5 about 1,170 places, 0.62 was needed and this person had -0.15" */
static pw_status
add_tightness(struct pw_text *why, const struct story *story, const struct pw_door *door)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(why, " in %s ", story->label));
    if (door->places <= 0) {
        PW_TRY(pw_text_add(why, "there was no place"));
        goto done;
    }
    PW_TRY(pw_text_add(why, "there were about "));
    PW_TRY(cli_words_count(why, (double) door->places * story->run.world.country.people_each));
    PW_TRY(isinf(door->cutoff)
               ? pw_text_add(why, " places, enough for all who asked")
               : pw_text_add(why, " places, %.2f was needed and this person had %.2f", door->cutoff,
                   door->score));
done:
    return status;
}

/* A market that is tighter in one world: the same standing is worth less. */
static pw_status
explain_doors(struct pw_text *why, const struct story *stories)
{
    pw_status status = PW_OK;
    const struct pw_note *one = &stories[0].teller.note, *other = &stories[1].teller.note;

    for (int t = 0; t < one->num_told && t < other->num_told && why->length == 0; t++)
        for (int d = 0; d < one->told[t].num_doors && d < other->told[t].num_doors; d++) {
            const struct pw_door *a = &one->told[t].door[d], *b = &other->told[t].door[d];
            const bool in_one = one->told[t].admitted == d, in_other = other->told[t].admitted == d;

            if (strcmp(a->name, b->name) != 0 || one->pass[t] != other->pass[t]
                || in_one == in_other)
                continue;
            PW_TRY(pw_text_add(why, " A market decided, %s%s%s:", a->name,
                a->where == NULL ? "" : " in ", a->where == NULL ? "" : a->where));
            PW_TRY(add_tightness(why, &stories[0], a));
            PW_TRY(pw_text_add(why, ";"));
            PW_TRY(add_tightness(why, &stories[1], b));
            PW_TRY(pw_text_add(why, "."));
            goto done;
        }
done:
    return status;
}

/* A relative whose life had parted already. */
static pw_status
explain_family(struct pw_text *why, const struct story *stories)
{
    static const char *const kin[3] = { "mother", "father", "partner" };
    pw_status status = PW_OK;
    const struct pw_shard *shard[2];
    int32_t rows[2][3];

    for (int s = 0; s < 2; s++) {
        const struct pw_whereabouts *at = &stories[s].teller.at;

        shard[s] = &stories[s].run.world.shards[at->shard];
        rows[s][0] = shard[s]->mother[at->row];
        rows[s][1] = shard[s]->father[at->row];
        rows[s][2] = shard[s]->partner[at->row];
    }
    for (int k = 0; k < 3 && why->length == 0; k++) {
        pw_columns differ;
        struct pw_person person[2];
        enum pw_column column;

        if (rows[0][k] == PW_NOBODY || rows[1][k] == PW_NOBODY
            || shard[0]->key[rows[0][k]] != shard[1]->key[rows[1][k]])
            continue;
        differ = pw_parting_columns(shard[0], (size_t) rows[0][k], shard[1], (size_t) rows[1][k]);
        /* What can be seen of the relative says more than what cannot. */
        if (differ & (VISIBLE & ~PW_SET(partner))) differ &= VISIBLE & ~PW_SET(partner);
        if (differ == 0) continue;
        column = first_column(differ);
        PW_TRY(pw_text_add(
            why, " The %s's life had parted already: %s ", kin[k], cli_words_column(column)));
        for (int s = 0; s < 2; s++) {
            person[s] = pw_shard_person(shard[s], (size_t) rows[s][k]);
            PW_TRY(cli_words_value(why, &stories[s].run.scenario, shard[s], &person[s], column));
            PW_TRY(pw_text_add(why, s == 0 ? " in %s and " : " in %s.", stories[s].label));
        }
    }
done:
    return status;
}

/* Why two lives part here: the policy itself, a market, the family, or the country around. */
static pw_status
explain(struct cli_parting *parting, const struct story *stories, const struct cli_parting *before)
{
    pw_status status = PW_OK;
    struct pw_text *why = &parting->why;
    struct pw_parting_count count;

    for (size_t s = 0; s < 2; s++)
        PW_TRY(explain_enrolment(why, stories, 1 - s));
    if (why->length == 0) PW_TRY(explain_doors(why, stories));
    for (size_t s = 0; s < 2 && why->length == 0; s++)
        PW_TRY(explain_push(why, stories, 1 - s));
    if (why->length == 0 && stories[0].teller.at.is_found && stories[1].teller.at.is_found)
        PW_TRY(explain_family(why, stories));
    for (size_t s = 0; s < 2 && why->length == 0 && stories[0].teller.at.is_found
                       && stories[1].teller.at.is_found;
         s++)
        PW_TRY(explain_any_push(why, stories, 1 - s));
    if (why->length == 0) {
        PW_TRY(pw_parting_count(&stories[0].run.world, &stories[1].run.world, &count));
        if (count.visibly == 0)
            PW_TRY(pw_text_add(why,
                " It comes from what is reckoned for the country as a whole: %lld of %lld "
                "simulated people differ in something, and nobody does anything else so far.",
                (long long) count.differ, (long long) count.both));
        else
            PW_TRY(pw_text_add(why,
                " It comes from others: by now %lld of %lld simulated people do something else or "
                "live elsewhere, which reaches this one through places, jobs, prices and what is "
                "seen "
                "around.",
                (long long) count.visibly, (long long) count.both));
    }
    if (before != NULL && before->is_found && before->year < parting->year)
        PW_TRY(pw_text_add(why, " Small differences had gone before, since %d.", before->year));
done:
    return status;
}

/* After a process: do the two lives differ now? */
static pw_status
watch_parting(const struct story *stories, pw_columns columns, size_t process,
    struct cli_parting *parting, const struct cli_parting *before)
{
    pw_status status = PW_OK;
    const struct cli_teller *one = &stories[0].teller, *other = &stories[1].teller;
    const struct pw_shard *shard[2] = { &stories[0].run.world.shards[one->at.shard],
        &stories[1].run.world.shards[other->at.shard] };
    struct pw_person person[2];
    pw_columns differ = 0;
    struct pw_text *values[2] = { &parting->one, &parting->other };

    if (parting->is_found || (!one->at.is_found && !other->at.is_found)) goto done;
    if (one->at.is_found && other->at.is_found)
        differ = columns & pw_parting_columns(shard[0], one->at.row, shard[1], other->at.row);
    else
        differ = PW_SET(key);
    if (differ == 0) goto done;
    parting->is_found = true;
    parting->year = stories[0].run.world.year;
    parting->age =
        parting->year - (one->tale.is_known ? one->tale.birth_year : other->tale.birth_year);
    parting->process = pw_schedule[process]->name;
    parting->column = first_column(differ);
    for (int s = 0; s < 2; s++) {
        const struct pw_whereabouts *at = &stories[s].teller.at;

        if (!at->is_found) {
            PW_TRY(pw_text_add(values[s], "of nobody (not born)"));
            continue;
        }
        person[s] = pw_shard_person(shard[s], at->row);
        PW_TRY(cli_words_value(
            values[s], &stories[s].run.scenario, shard[s], &person[s], parting->column));
    }
    if (strcmp(parting->one.bytes, parting->other.bytes) == 0)
        for (int s = 0; s < 2; s++) {
            pw_text_free(values[s]);
            PW_TRY(cli_words_exact(values[s], &person[s], parting->column));
        }
    PW_TRY(explain(parting, stories, before));
done:
    return status;
}

/* One person dies in the one world years before in the other. */
static bool
all_over(const struct story *stories, size_t count)
{
    for (size_t s = 0; s < count; s++)
        if (!stories[s].teller.is_over) return false;
    return true;
}

static pw_status
live_year(
    struct story *stories, size_t count, struct cli_parting *first, struct cli_parting *visible)
{
    pw_status status = PW_OK;

    for (size_t s = 0; s < count; s++) {
        PW_TRY(pw_world_begin_year(&stories[s].run.world));
        PW_TRY(cli_teller_begin_year(&stories[s].teller));
    }
    for (size_t p = 0; p < pw_schedule_length(); p++) {
        for (size_t s = 0; s < count; s++)
            PW_TRY(cli_teller_process(&stories[s].teller, p));
        if (count < 2) continue;
        PW_TRY(watch_parting(stories, ~(pw_columns) 0, p, first, NULL));
        PW_TRY(watch_parting(stories, VISIBLE, p, visible, first));
    }
    for (size_t s = 0; s < count; s++) {
        PW_TRY(cli_teller_end_year(&stories[s].teller));
        pw_world_end_year(&stories[s].run.world);
    }
done:
    return status;
}

/* Live until the stories end; then, where nothing on file can be compared, to the end of all. */
static pw_status
live(struct story *stories, size_t count, struct cli_parting *first, struct cli_parting *visible)
{
    pw_status status = PW_OK;
    struct pw_progress progress;
    const struct pw_world *world = &stories[0].run.world;

    pw_progress_begin(&progress, world->year + 1, world->last_year);
    for (size_t s = 0; s < count; s++)
        PW_TRY(cli_teller_found(&stories[s].teller));
    while (pw_world_has_next(world) && pw_world_has_next(&stories[count - 1].run.world)
           && !all_over(stories, count)) {
        PW_TRY(live_year(stories, count, first, visible));
        pw_progress_year(&progress, world->year, world->persons);
    }
    for (size_t s = 0; s < count; s++) {
        struct cli_relive *run = &stories[s].run;

        while (!stories[s].is_on_file && pw_world_has_next(&run->world)) {
            PW_TRY(cli_relive_step(run));
            pw_progress_year(&progress, run->world.year, run->world.persons);
        }
    }
    pw_progress_end(&progress);
done:
    return status;
}

/* To the bit when all years were lived, else by what is on file. */
static pw_status
check(struct story *story)
{
    pw_status status = PW_OK;

    if (!pw_world_has_next(&story->run.world)) {
        PW_TRY(cli_relive_check(&story->run));
        story->checked = "Lived again to the same bits";
    }
    if (story->is_on_file) PW_TRY(check_story(story));
    if (!pw_world_has_next(&story->run.world)) story->checked = "Lived again to the same bits";
done:
    return status;
}

/* Two runs of the same people? */
static pw_status
check_pair(const struct cli_relive *one, const struct cli_relive *other)
{
    static const char *const numbers[] = { "seed", "replicate", "persons", "history_from",
        "start_year" };
    pw_status status = PW_OK;

    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
        int64_t a = 0, b = 0;

        PW_TRY(pw_reader_number(one->reader, "/", numbers[n], &a));
        PW_TRY(pw_reader_number(other->reader, "/", numbers[n], &b));
        if (a != b)
            PW_FAIL(PW_EINPUT,
                "%s and %s hold other people: %s is %lld and %lld; run both with the same people "
                "and seed",
                pw_reader_path(one->reader), pw_reader_path(other->reader), numbers[n],
                (long long) a, (long long) b);
    }
done:
    return status;
}

/* --- The command --- */

/* Files are called by their names without folders, unless that is the same. */
static void
label_stories(struct story *stories, size_t count)
{
    for (size_t s = 0; s < count; s++) {
        const char *path = pw_reader_path(stories[s].run.reader), *slash = strrchr(path, '/');

        stories[s].label = slash == NULL ? path : slash + 1;
    }
    if (count == 2 && strcmp(stories[0].label, stories[1].label) == 0)
        for (size_t s = 0; s < count; s++)
            stories[s].label = pw_reader_path(stories[s].run.reader);
}

static pw_status
print_story(const struct request *request, const struct story *stories, size_t count,
    const struct cli_parting *partings)
{
    struct cli_life lives[2];

    for (size_t s = 0; s < count; s++)
        lives[s] = (struct cli_life){
            .file = pw_reader_path(stories[s].run.reader),
            .label = stories[s].label,
            .title = stories[s].run.title,
            .source = stories[s].run.source,
            .scenario = request->is_recorded ? NULL : &stories[s].run.scenario,
            .tale = &stories[s].teller.tale,
            .people_each = request->is_recorded ? 0.0 : stories[s].run.world.country.people_each,
            .checked = stories[s].checked,
        };
    const struct cli_page page = {
        .format = request->format,
        .width = request->width,
        .lives = lives,
        .num_lives = count,
        .first = &partings[request->is_recorded ? 1 : 0],
        .visible = &partings[1],
    };

    return cli_page_print(&page);
}

/* A recorded value in words. */
static pw_status
name_recorded(struct pw_text *text, const struct cli_year *year, enum pw_column column)
{
    if (column == PW_COLUMN_place) return pw_text_add(text, "%s", year->where);
    return pw_text_add(text, "%s",
        cli_words_code((enum pw_code_family) cli_words_family(column),
            (int) cli_words_number(&year->end, column)));
}

/* Where two recorded lives part. */
static pw_status
find_recorded_parting(const struct story *stories, struct cli_parting *parting)
{
    static const enum pw_column columns[] = { PW_COLUMN_state, PW_COLUMN_place, PW_COLUMN_class,
        PW_COLUMN_qualification };
    pw_status status = PW_OK;
    const struct cli_tale *one = &stories[0].teller.tale, *other = &stories[1].teller.tale;

    for (size_t y = 0; y < one->num_years && y < other->num_years && !parting->is_found; y++)
        for (size_t c = 0; c < sizeof columns / sizeof *columns && !parting->is_found; c++) {
            const struct cli_year *a = &one->years[y], *b = &other->years[y];

            if (cli_words_number(&a->end, columns[c]) == cli_words_number(&b->end, columns[c]))
                continue;
            *parting = (struct cli_parting){ .is_found = true,
                .year = a->year,
                .age = a->age,
                .process = "not on file",
                .column = columns[c] };
            PW_TRY(name_recorded(&parting->one, a, columns[c]));
            PW_TRY(name_recorded(&parting->other, b, columns[c]));
        }
done:
    return status;
}

static pw_status
trace(const struct request *request, struct story *stories, size_t count)
{
    pw_status status = PW_OK;
    struct cli_parting partings[2] = { { .is_found = false } };
    uint64_t key = request->key;

    label_stories(stories, count);
    if (count == 2) PW_TRY(check_pair(&stories[0].run, &stories[1].run));
    if (request->wants_random) PW_TRY(choose(request, stories, count, &key));
    for (size_t s = 0; s < count; s++) {
        struct story *story = &stories[s];

        story->teller = (struct cli_teller){
            .run = &story->run, .tale = { .key = key }, .is_full = request->is_full
        };
        if (request->is_recorded) {
            PW_TRY(tell_recorded(story, key));
            continue;
        }
        status = cli_relive_row(&story->run, key, &story->row);
        story->is_on_file = status == PW_OK && story->run.record_years > 0;
        PW_TRY(status == PW_EVERDICT ? PW_OK : status);
        PW_TRY(cli_relive_begin(&story->run));
    }
    if (request->is_recorded && count == 2) PW_TRY(find_recorded_parting(stories, &partings[1]));
    if (!request->is_recorded) {
        if (count == 2 && stories[0].run.world.num_shards != stories[1].run.world.num_shards)
            PW_FAIL(PW_EINPUT, "%s and %s deal people into %zu and %zu shards; run both alike",
                pw_reader_path(stories[0].run.reader), pw_reader_path(stories[1].run.reader),
                stories[0].run.world.num_shards, stories[1].run.world.num_shards);
        PW_TRY(live(stories, count, &partings[0], &partings[1]));
        for (size_t s = 0; s < count; s++)
            PW_TRY(check(&stories[s]));
        if (!stories[0].teller.tale.is_known && !stories[count - 1].teller.tale.is_known)
            PW_FAIL(PW_EVERDICT, "%s: nobody has the key %lld in any year of the run",
                pw_reader_path(stories[0].run.reader), (long long) (int64_t) key);
    }
    PW_TRY(print_story(request, stories, count, partings));
done:
    for (int n = 0; n < 2; n++) {
        pw_text_free(&partings[n].one);
        pw_text_free(&partings[n].other);
        pw_text_free(&partings[n].why);
    }
    return status;
}

/* A key as the file holds it, signed, or as the program counts it. */
static pw_status
read_person(struct request *request)
{
    pw_status status = PW_OK;
    char *end = NULL;

    if (request->person == NULL || strcmp(request->person, "random") == 0) {
        if (request->person == NULL && request->where == NULL && !request->wants_parted)
            PW_FAIL(PW_EUSAGE,
                "--person is missing: a key, or random; or say who with --where, see `pathways "
                "trace --help`");
        request->wants_random = true;
        goto done;
    }
    if (request->where != NULL || request->wants_parted)
        PW_FAIL(PW_EUSAGE, "--person %s names one person; leave out --where and --parted",
            request->person);
    errno = 0;
    request->key = request->person[0] == '-' ? (uint64_t) strtoll(request->person, &end, 10)
                                             : (uint64_t) strtoull(request->person, &end, 10);
    if (end == request->person || *end != '\0' || errno == ERANGE)
        PW_FAIL(PW_EUSAGE,
            "--person: \"%s\" is not a key; give a number of /persons/key, or random",
            request->person);
done:
    return status;
}

enum { PARTED = 256, PICK, RECORDED, FULL, WIDTH };

static pw_status
read_option(struct request *request, int character)
{
    static const char *const formats[] = { "text", "markdown", "csv", "json" };
    pw_status status = PW_OK;
    size_t index = 0;
    int64_t number = 0;

    switch (character) {
    case 'p':
        request->person = optarg;
        break;
    case 'w':
        request->where = optarg;
        break;
    case PARTED:
        request->wants_parted = true;
        break;
    case PICK:
        PW_TRY(cli_option_whole("--pick", optarg, 0, INT64_MAX, &request->pick));
        request->has_pick = true;
        break;
    case RECORDED:
        request->is_recorded = true;
        break;
    case FULL:
        request->is_full = true;
        break;
    case WIDTH:
        PW_TRY(cli_option_whole("--width", optarg, 40, 400, &number));
        request->width = (int) number;
        break;
    case 'f':
        PW_TRY(
            cli_option_choice("format", optarg, formats, sizeof formats / sizeof *formats, &index));
        request->format = (enum cli_page_format) index;
        break;
    case 't':
        PW_TRY(cli_option_whole("--threads", optarg, 0, 4096, &number));
        pw_parallel_set_threads((int) number);
        break;
    case 'q':
        pw_log_set_level(PW_LOG_ERROR);
        break;
    default:
        break;
    }
done:
    return status;
}

pw_status
cli_trace(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "person", required_argument, NULL, 'p' }, { "where", required_argument, NULL, 'w' },
        { "parted", no_argument, NULL, PARTED }, { "pick", required_argument, NULL, PICK },
        { "recorded", no_argument, NULL, RECORDED }, { "full", no_argument, NULL, FULL },
        { "format", required_argument, NULL, 'f' }, { "width", required_argument, NULL, WIDTH },
        { "threads", required_argument, NULL, 't' }, { "quiet", no_argument, NULL, 'q' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    struct request request = { .width = cli_page_width() };
    struct story *stories = NULL;
    size_t count = 0;
    bool first = true;
    int character = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "hp:w:f:t:q", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            print_manual();
            goto done;
        }
        PW_TRY(read_option(&request, character));
    }
    PW_TRY(cli_option_operands(argc, argv, 1, 2, "RUN.h5 or RUN.h5 OTHER.h5"));
    PW_TRY(read_person(&request));
    if (!request.has_pick) request.pick = (int64_t) time(NULL);
    PW_TRY(pw_alloc(2, sizeof *stories, &stories));
    for (; optind + (int) count < argc; count++)
        PW_TRY(cli_relive_open(argv[optind + (int) count], &stories[count].run));
    PW_TRY(trace(&request, stories, count));
done:
    for (size_t s = 0; stories != NULL && s < 2; s++) {
        cli_tale_free(&stories[s].teller.tale);
        cli_relive_close(&stories[s].run);
    }
    pw_free(&stories);
    return status;
}
