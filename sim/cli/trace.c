/*
 * One life told year by year: the run is lived again from its file, and somebody watches.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/parallel.h"
#include "pathways/schedule.h"
#include "trace.h"

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

/* --- Living --- */

/* One person dies in the one world years before in the other. */
static bool
all_over(const struct cli_story *stories, size_t count)
{
    for (size_t s = 0; s < count; s++)
        if (!stories[s].teller.is_over) return false;
    return true;
}

static pw_status
live_year(
    struct cli_story *stories, size_t count, struct cli_parting *first, struct cli_parting *visible)
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
        PW_TRY(cli_trace_watch(stories, ~(pw_columns) 0, p, first, NULL));
        PW_TRY(cli_trace_watch(stories, CLI_VISIBLE, p, visible, first));
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
live(
    struct cli_story *stories, size_t count, struct cli_parting *first, struct cli_parting *visible)
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
check(struct cli_story *story)
{
    pw_status status = PW_OK;

    if (!pw_world_has_next(&story->run.world)) {
        PW_TRY(cli_relive_check(&story->run));
        story->checked = "Lived again to the same bits";
    }
    if (story->is_on_file) PW_TRY(cli_trace_check(story));
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
label_stories(struct cli_story *stories, size_t count)
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
print_story(const struct cli_trace_request *request, const struct cli_story *stories, size_t count,
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

static pw_status
trace(const struct cli_trace_request *request, struct cli_story *stories, size_t count)
{
    pw_status status = PW_OK;
    struct cli_parting partings[2] = { { .is_found = false } };
    uint64_t key = request->key;

    label_stories(stories, count);
    if (count == 2) PW_TRY(check_pair(&stories[0].run, &stories[1].run));
    if (request->wants_random) PW_TRY(cli_trace_choose(request, stories, count, &key));
    for (size_t s = 0; s < count; s++) {
        struct cli_story *story = &stories[s];

        story->teller = (struct cli_teller){
            .run = &story->run, .tale = { .key = key }, .is_full = request->is_full
        };
        if (request->is_recorded) {
            PW_TRY(cli_trace_recorded(story, key));
            continue;
        }
        status = cli_relive_row(&story->run, key, &story->row);
        story->is_on_file = status == PW_OK && story->run.record_years > 0;
        PW_TRY(status == PW_EVERDICT ? PW_OK : status);
        PW_TRY(cli_relive_begin(&story->run));
    }
    if (request->is_recorded && count == 2)
        PW_TRY(cli_trace_recorded_parting(stories, &partings[1]));
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
read_person(struct cli_trace_request *request)
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
read_option(struct cli_trace_request *request, int character)
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
    struct cli_trace_request request = { .width = cli_page_width() };
    struct cli_story *stories = NULL;
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
