/*
 * The first year, process, person and column in which two runs part.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/parallel.h"
#include "pathways/parting.h"
#include "pathways/schedule.h"
#include "pathways/trajectory.h"
#include "relive.h"
#include "words.h"

/* Lines on what differs between two scenarios, at most. */
#define MAX_DIFFERENCES 40
/* Rows of trajectories that are read together. */
#define CHUNK 4096

enum diff_format { DIFF_TEXT, DIFF_JSON };

struct request {
    enum diff_format format;
    int years; /* that are counted after the first difference */
    bool is_recorded;
};

/* Two files and what is said of them, sentence by sentence. */
struct pair {
    struct cli_relive run[2];
    const char *label[2];
    struct pw_text differences; /* of the scenarios, one a line */
    int num_differences;
    struct pw_text finding;  /* where they part, one paragraph a line */
    struct pw_text json;     /* members of an object, with commas before */
    struct cli_table counts; /* people by year after that */
    bool part;
};

static void
print_manual(void)
{
    (void) printf(
        "NAME\n"
        "    pathways diff - find the first year, process, person and column in which two runs "
        "part\n\n"
        "SYNOPSIS\n"
        "    pathways diff A.h5 B.h5 [--years N] [--format FORMAT] [--recorded]\n\n"
        "DESCRIPTION\n"
        "    Says what differs between the scenarios of two runs, then lives both again side by "
        "side and compares\n"
        "    everyone after each process of each year. The first difference is reported with its "
        "year, process,\n"
        "    column and both values, the first person who has it, and how many people have it by "
        "then.\n\n"
        "    Both runs are lived to their end and checked against the files. Where that cannot be, "
        "since another\n"
        "    version of the program wrote them, what is on file is compared instead: coarser, by "
        "year and column.\n\n"
        "OPTIONS\n"
        "    -y, --years N        count the people who differ at the end of that year and of N "
        "years after\n"
        "        --recorded       compare only what is on file\n"
        "    -f, --format FORMAT  text or json\n"
        "    -t, --threads N      0, the default: as many as the machine has\n"
        "    -q, --quiet          no progress\n"
        "    -h, --help           print this\n\n" CLI_EXIT_STATUS
        "    Runs that are the same are exit status 0, runs that part are 1.\n\n"
        "EXAMPLES\n"
        "    pathways diff base.h5 policy.h5\n"
        "    pathways diff base.h5 policy.h5 --years 10\n");
}

/* --- What differs between the scenarios --- */

static pw_status add_difference(struct pair *pair, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static pw_status
add_difference(struct pair *pair, const char *format, ...)
{
    pw_status status = PW_OK;
    va_list arguments;

    if (pair->num_differences++ >= MAX_DIFFERENCES) return PW_OK;
    va_start(arguments, format);
    status = pw_text_add_list(&pair->differences, format, arguments);
    va_end(arguments);
    PW_TRY(status);
    PW_TRY(pw_text_add(&pair->differences, "\n"));
done:
    return status;
}

/* Whole numbers of the run. @param must  the same people only if these are the same */
static pw_status
compare_runs(struct pair *pair, bool *is_other_people)
{
    static const struct {
        const char *name;
        bool makes_people;
    } numbers[] = { { "seed", true }, { "replicate", true }, { "persons", true },
        { "history_from", true }, { "start_year", true }, { "years", false } };
    pw_status status = PW_OK;

    *is_other_people = false;
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
        int64_t a = 0, b = 0;

        PW_TRY(pw_reader_number(pair->run[0].reader, "/", numbers[n].name, &a));
        PW_TRY(pw_reader_number(pair->run[1].reader, "/", numbers[n].name, &b));
        if (a == b) continue;
        *is_other_people = *is_other_people || numbers[n].makes_people;
        PW_TRY(add_difference(
            pair, "%s: %lld and %lld", numbers[n].name, (long long) a, (long long) b));
    }
done:
    return status;
}

static pw_status
compare_params(struct pair *pair)
{
    pw_status status = PW_OK;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    for (size_t i = 0; i < count; i++)
        for (int n = 0; n < table[i].length; n++) {
            const double a = pw_params_get(&pair->run[0].scenario.params, &table[i], n);
            const double b = pw_params_get(&pair->run[1].scenario.params, &table[i], n);

            if (a == b) continue;
            if (table[i].length > 1)
                PW_TRY(add_difference(pair, "parameter %s[%d]: %.9g and %.9g %s", table[i].path, n,
                    a, b, table[i].unit));
            else
                PW_TRY(add_difference(
                    pair, "parameter %s: %.9g and %.9g %s", table[i].path, a, b, table[i].unit));
        }
done:
    return status;
}

static bool
same_path(const struct pw_path *a, const struct pw_path *b)
{
    const size_t values = (size_t) a->num_knots * (size_t) a->length;

    if (a->num_knots != b->num_knots || a->length != b->length) return false;
    return a->num_knots == 0
           || (memcmp(a->year, b->year, (size_t) a->num_knots * sizeof *a->year) == 0
               && memcmp(a->value, b->value, values * sizeof *a->value) == 0);
}

static pw_status
compare_paths(struct pair *pair)
{
    pw_status status = PW_OK;

    for (int p = 0; p < PW_NUM_PATHS; p++)
        if (!same_path(&pair->run[0].scenario.paths[p], &pair->run[1].scenario.paths[p]))
            PW_TRY(add_difference(
                pair, "path %s: other values", pw_path_info((enum pw_path_id) p)->path));
done:
    return status;
}

static pw_status
compare_places(struct pair *pair)
{
    pw_status status = PW_OK;
    const struct pw_scenario *a = &pair->run[0].scenario, *b = &pair->run[1].scenario;
    int differ = 0;

    if (a->num_places != b->num_places || a->num_labour_markets != b->num_labour_markets) {
        PW_TRY(add_difference(pair, "places: %d and %d in number", a->num_places, b->num_places));
        goto done;
    }
    for (int p = 0; p < a->num_places; p++)
        differ += strcmp(a->places[p].name, b->places[p].name) != 0
                  || a->places[p].labour_market != b->places[p].labour_market
                  || memcmp(a->places[p].input, b->places[p].input, sizeof a->places[p].input) != 0;
    if (differ > 0) PW_TRY(add_difference(pair, "places: %d have other inputs", differ));
done:
    return status;
}

static bool
same_policy(const struct pw_policy *a, const struct pw_policy *b, int num_places)
{
    return a->lever == b->lever && a->from == b->from && a->to == b->to
           && a->ramp_years == b->ramp_years && a->strength == b->strength
           && a->capacity == b->capacity && a->budget_gbp == b->budget_gbp
           && a->unit_cost_gbp == b->unit_cost_gbp && a->ownership == b->ownership
           && a->order == b->order && memcmp(a->amount, b->amount, sizeof a->amount) == 0
           && memcmp(&a->audience, &b->audience, sizeof a->audience) == 0
           && memcmp(a->in_place, b->in_place, (size_t) num_places * sizeof *a->in_place) == 0;
}

static pw_status
compare_policies(struct pair *pair)
{
    pw_status status = PW_OK;

    for (int s = 0; s < 2; s++) {
        const struct pw_scenario *own = &pair->run[s].scenario, *other = &pair->run[1 - s].scenario;

        for (int p = 0; p < own->num_policies; p++) {
            const struct pw_policy *policy = &own->policies[p];
            const struct pw_policy *twin = pw_scenario_policy(other, policy->name);

            if (twin == NULL)
                PW_TRY(add_difference(pair, "policy \"%s\" (%s, from %d): only in %s", policy->name,
                    pw_lever_info(policy->lever)->name, policy->from, pair->label[s]));
            else if (s == 0 && own->num_places == other->num_places
                     && !same_policy(policy, twin, own->num_places))
                PW_TRY(add_difference(pair, "policy \"%s\": another design", policy->name));
        }
    }
done:
    return status;
}

/* --- Lived again --- */

static pw_status
add_person(struct pw_text *text, const struct pair *pair, int s, size_t shard, size_t row)
{
    pw_status status = PW_OK;
    const struct pw_world *world = &pair->run[s].world;
    const struct pw_shard *people = &world->shards[shard];
    const struct pw_person person = pw_shard_person(people, row);

    PW_TRY(pw_text_add(text, "person %lld, a %s of %d, ", (long long) (int64_t) person.key,
        person.sex == PW_FEMALE ? "woman" : "man", world->year - pw_shard_birth_year(people, row)));
    PW_TRY(cli_words_doing(text, &person));
    PW_TRY(pw_text_add(text, " in %s (row %zu of shard %zu)",
        cli_words_place(&pair->run[s].scenario, person.place), row, shard));
done:
    return status;
}

static pw_status
add_json_text(struct pw_text *json, const char *name, const char *text)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(json, ", \"%s\": ", name));
    PW_TRY(pw_text_add_quoted(json, text == NULL ? "" : text));
done:
    return status;
}

/* Both values in words, or to the last digit where the words are the same. */
static pw_status
name_values(const struct pair *pair, const struct pw_parting *parting, struct pw_text *values)
{
    pw_status status = PW_OK;
    struct pw_person person[2];

    for (int s = 0; s < 2; s++) {
        const struct pw_shard *shard = &pair->run[s].world.shards[parting->shard];

        if (parting->row >= shard->num_rows) {
            PW_TRY(pw_text_add(&values[s], "nobody"));
            continue;
        }
        person[s] = pw_shard_person(shard, parting->row);
        PW_TRY(cli_words_value(
            &values[s], &pair->run[s].scenario, shard, &person[s], parting->column));
    }
    if (strcmp(values[0].bytes, values[1].bytes) != 0) goto done;
    for (int s = 0; s < 2; s++) {
        pw_text_free(&values[s]);
        PW_TRY(cli_words_exact(&values[s], &person[s], parting->column));
    }
done:
    return status;
}

static pw_status
report_parting(struct pair *pair, const struct pw_parting *parting, const char *process)
{
    pw_status status = PW_OK;
    const struct pw_world *world = &pair->run[0].world;
    struct pw_text values[2] = { { 0 } };
    struct pw_text *text = &pair->finding, *json = &pair->json;
    const int s = parting->row < world->shards[parting->shard].num_rows ? 0 : 1;

    PW_TRY(name_values(pair, parting, values));
    PW_TRY(pw_text_add(
        text, "The runs part in %d, in the process %s. After it ", world->year, process));
    PW_TRY(cli_words_count(text, (double) parting->people));
    PW_TRY(pw_text_add(text, " of "));
    PW_TRY(cli_words_count(text, (double) world->persons));
    PW_TRY(pw_text_add(text, " simulated people differ, in"));
    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        if (parting->columns >> c & 1) PW_TRY(pw_text_add(text, " %s", pw_columns_table()[c].name));
    if (parting->columns == 0) PW_TRY(pw_text_add(text, " who is there"));
    PW_TRY(pw_text_add(text, ".\nThe first is "));
    PW_TRY(add_person(text, pair, s, parting->shard, parting->row));
    if (parting->other_people)
        PW_TRY(pw_text_add(text, "; %s has somebody else there, or nobody.\n", pair->label[1 - s]));
    else
        PW_TRY(pw_text_add(text, ": %s is %s in %s and %s in %s.\n",
            pw_columns_table()[parting->column].name, values[0].bytes, pair->label[0],
            values[1].bytes, pair->label[1]));
    PW_TRY(pw_text_add(json,
        ", \"year\": %d, \"process\": \"%s\", \"column\": \"%s\", \"people\": %lld, \"person\": "
        "%lld",
        world->year, process, pw_columns_table()[parting->column].name, (long long) parting->people,
        (long long) (int64_t) pair->run[s].world.shards[parting->shard].key[parting->row]));
    PW_TRY(add_json_text(json, "first_value", values[0].bytes));
    PW_TRY(add_json_text(json, "second_value", values[1].bytes));
done:
    pw_text_free(&values[0]);
    pw_text_free(&values[1]);
    return status;
}

static pw_status
look(struct pair *pair, pw_columns columns, const char *process)
{
    pw_status status = PW_OK;
    struct pw_parting parting;

    if (pair->part) goto done;
    pw_parting_find(&pair->run[0].world, &pair->run[1].world, columns, &parting);
    if (!parting.is_found) goto done;
    pair->part = true;
    PW_TRY(report_parting(pair, &parting, process));
done:
    return status;
}

/* Process by process until they part. */
static pw_status
live_year(struct pair *pair)
{
    pw_status status = PW_OK;

    if (pair->part) {
        for (int s = 0; s < 2; s++)
            PW_TRY(cli_relive_step(&pair->run[s]));
        goto done;
    }
    for (int s = 0; s < 2; s++)
        PW_TRY(pw_world_begin_year(&pair->run[s].world));
    for (size_t p = 0; p < pw_schedule_length(); p++) {
        for (int s = 0; s < 2; s++) {
            struct pw_world *world = &pair->run[s].world;

            pw_schedule_run_process(&world->country, world->shards, world->num_shards, p, NULL);
        }
        PW_TRY(look(pair, pw_schedule[p]->writes, pw_schedule[p]->name));
    }
    for (int s = 0; s < 2; s++)
        pw_world_end_year(&pair->run[s].world);
done:
    return status;
}

static pw_status
count_people(struct pair *pair)
{
    pw_status status = PW_OK;
    struct cli_table *table = &pair->counts;
    struct pw_parting_count count;

    if (table->num_columns == 0) {
        cli_table_column(table, "year", true);
        cli_table_column(table, "in both", true);
        cli_table_column(table, "differ", true);
        cli_table_column(table, "per cent", true);
        cli_table_column(table, "in state, place, class, qualification or home", true);
        cli_table_column(table, "only in the first", true);
        cli_table_column(table, "only in the second", true);
    }
    PW_TRY(pw_parting_count(&pair->run[0].world, &pair->run[1].world, &count));
    PW_TRY(cli_table_cell(table, "%d", pair->run[0].world.year));
    PW_TRY(cli_table_cell(table, "%lld", (long long) count.both));
    PW_TRY(cli_table_cell(table, "%lld", (long long) count.differ));
    PW_TRY(cli_table_cell(
        table, "%.1f", count.both > 0 ? 100.0 * (double) count.differ / (double) count.both : 0.0));
    PW_TRY(cli_table_cell(table, "%lld", (long long) count.visibly));
    PW_TRY(cli_table_cell(table, "%lld", (long long) count.only_one));
    PW_TRY(cli_table_cell(table, "%lld", (long long) count.only_other));
done:
    return status;
}

/* Rest of the years of a longer run, and whether each ends as its file says. */
static pw_status
live_rest(struct pair *pair)
{
    pw_status status = PW_OK;

    for (int s = 0; s < 2; s++) {
        while (pw_world_has_next(&pair->run[s].world))
            PW_TRY(cli_relive_step(&pair->run[s]));
        PW_TRY(cli_relive_check(&pair->run[s]));
    }
done:
    return status;
}

static pw_status
live(struct pair *pair, const struct request *request)
{
    pw_status status = PW_OK;
    struct pw_progress progress;
    struct pw_world *world = &pair->run[0].world;
    int left = request->years + 1;

    pw_progress_begin(&progress, world->year + 1, world->last_year);
    PW_TRY(look(pair, ~(pw_columns) 0, "founders"));
    while (pw_world_has_next(world) && pw_world_has_next(&pair->run[1].world)) {
        PW_TRY(live_year(pair));
        if (pair->part && request->years > 0 && left-- > 0) PW_TRY(count_people(pair));
        pw_progress_year(&progress, world->year, world->persons);
    }
    PW_TRY(live_rest(pair));
    pw_progress_end(&progress);
    if (pair->part) goto done;
    PW_TRY(pw_text_add(&pair->finding,
        "The runs never part: everyone is the same to the bit in every year that both live.\n"));
done:
    return status;
}

/* --- As it is on file --- */

/* Processes that write a column, in order: where a difference may come from. */
static pw_status
add_writers(struct pw_text *text, enum pw_column column)
{
    pw_status status = PW_OK;
    const char *between = "";

    for (size_t p = 0; pw_schedule[p] != NULL; p++)
        /* New rows write everything, which says nothing. */
        if (pw_schedule[p]->writes >> column & 1 && pw_schedule[p]->writes != ~(pw_columns) 0) {
            PW_TRY(pw_text_add(text, "%s%s", between, pw_schedule[p]->name));
            between = ", ";
        }
done:
    return status;
}

static int
compare_keys(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (x[0] > y[0]) - (x[0] < y[0]);
}

/* People of both files: rows of the one and of the other. */
struct joined {
    size_t count, only_one, only_other;
    size_t *row[2]; /* [count], rising in the first */
    int64_t *key;   /* [count] */
};

static void
free_joined(struct joined *joined)
{
    pw_free(&joined->row[0]);
    pw_free(&joined->row[1]);
    pw_free(&joined->key);
}

static pw_status
join_people(const struct pair *pair, struct joined *joined)
{
    pw_status status = PW_OK;
    const size_t one = pair->run[0].num_people, other = pair->run[1].num_people;
    struct pw_field field[2] = { { .rank = 0 } };
    int64_t *keys[2] = { NULL }, (*sorted)[2] = NULL;

    for (int s = 0; s < 2; s++)
        PW_TRY(pw_reader_load_whole(pair->run[s].reader, "/persons/key", &field[s], &keys[s]));
    PW_TRY(pw_alloc(other, sizeof *sorted, &sorted));
    PW_TRY(pw_alloc(one, sizeof *joined->row[0], &joined->row[0]));
    PW_TRY(pw_alloc(one, sizeof *joined->row[1], &joined->row[1]));
    PW_TRY(pw_alloc(one, sizeof *joined->key, &joined->key));
    for (size_t i = 0; i < other; i++) {
        sorted[i][0] = keys[1][i];
        sorted[i][1] = (int64_t) i;
    }
    qsort(sorted, other, sizeof *sorted, compare_keys);
    for (size_t i = 0; i < one; i++) {
        const int64_t wanted[2] = { keys[0][i], 0 };
        const int64_t(*found)[2] = bsearch(wanted, sorted, other, sizeof *sorted, compare_keys);

        if (found == NULL) continue;
        joined->row[0][joined->count] = i;
        joined->row[1][joined->count] = (size_t) (*found)[1];
        joined->key[joined->count++] = keys[0][i];
    }
    joined->only_one = one - joined->count;
    joined->only_other = other - joined->count;
done:
    for (int s = 0; s < 2; s++) {
        pw_free(&keys[s]);
        pw_field_free(&field[s]);
    }
    pw_free(&sorted);
    return status;
}

/* The first difference of a recorded variable. */
struct recorded {
    int year, variable;
    int64_t people;
    size_t first; /* of the joined people */
    double value[2];
};

/*
 * One variable of all joined people, year by year: the earliest year in which any differ, how many
 * do, and the first of them.
 */
static pw_status
compare_variable(
    const struct pair *pair, const struct joined *joined, int variable, struct recorded *found)
{
    pw_status status = PW_OK;
    const struct pw_trajectory_info *info = &pw_trajectories_table()[variable];
    struct pw_field field[2] = { { .rank = 0 } };
    double *values[2] = { NULL };
    char path[64] = "/trajectories/";
    const int from = pair->run[0].record_from > pair->run[1].record_from ? pair->run[0].record_from
                                                                         : pair->run[1].record_from;
    int years[2], last;

    for (int s = 0; s < 2; s++)
        years[s] = pair->run[s].record_from + pair->run[s].record_years;
    last = years[0] < years[1] ? years[0] : years[1];
    (void) strcat(path, info->name);
    for (int s = 0; s < 2; s++) {
        if (!pw_reader_has(pair->run[s].reader, path)) goto done;
        PW_TRY(pw_reader_load_real(pair->run[s].reader, path, &field[s], &values[s]));
    }
    for (int year = from; year < last && (found->people == 0 || year <= found->year); year++) {
        struct recorded now = { .year = year, .variable = variable };

        for (size_t i = 0; i < joined->count; i++) {
            double value[2];

            for (int s = 0; s < 2; s++)
                value[s] = values[s][joined->row[s][i] * field[s].row_items
                                     + (size_t) (year - pair->run[s].record_from)];
            if (value[0] == value[1] || (isnan(value[0]) && isnan(value[1]))) continue;
            if (now.people++ > 0) continue;
            now.first = i;
            now.value[0] = value[0];
            now.value[1] = value[1];
        }
        if (now.people == 0) continue;
        /* Of variables that differ in the same year the first of the table is told. */
        if (found->people == 0 || now.year < found->year) *found = now;
        break;
    }
done:
    for (int s = 0; s < 2; s++) {
        pw_free(&values[s]);
        pw_field_free(&field[s]);
    }
    return status;
}

/* A recorded value in words. */
static pw_status
add_recorded(struct pw_text *text, const struct pair *pair, int s, int variable, double value)
{
    pw_status status = PW_OK;
    const struct pw_trajectory_info *info = &pw_trajectories_table()[variable];
    struct pw_names places = { 0 };

    if (isnan(value))
        PW_TRY(pw_text_add(text, "nothing"));
    else if (info->codes >= 0)
        PW_TRY(pw_text_add(
            text, "%s", cli_words_code((enum pw_code_family) info->codes, (int) value)));
    else if (info->column == PW_COLUMN_place) {
        PW_TRY(pw_reader_names(pair->run[s].reader, "/axes/place", &places));
        PW_TRY(pw_text_add(text, "%s",
            value >= 0.0 && value < (double) places.count ? places.items[(int) value] : "nowhere"));
    } else
        PW_TRY(pw_text_add(text, "%.9g %s", value, info->units));
done:
    pw_names_free(&places);
    return status;
}

static pw_status
report_recorded(struct pair *pair, const struct joined *joined, const struct recorded *found)
{
    pw_status status = PW_OK;
    const struct pw_trajectory_info *info = &pw_trajectories_table()[found->variable];
    struct pw_text value[2] = { { 0 } }, writers = { 0 };
    int64_t born = 0;

    PW_TRY(pw_reader_read_whole(
        pair->run[0].reader, "/persons/birth_year", joined->row[0][found->first], 1, &born));
    for (int s = 0; s < 2; s++)
        PW_TRY(add_recorded(&value[s], pair, s, found->variable, found->value[s]));
    PW_TRY(add_writers(&writers, info->column));
    PW_TRY(pw_text_add(
        &pair->finding, "On file the runs part in %d, in %s, of ", found->year, info->name));
    PW_TRY(cli_words_count(&pair->finding, (double) found->people));
    PW_TRY(pw_text_add(&pair->finding,
        " people. The first is person %lld, aged %d: %s in %s and %s in %s.\nThe processes that "
        "write %s: %s.\n",
        (long long) joined->key[found->first], found->year - (int) born, value[0].bytes,
        pair->label[0], value[1].bytes, pair->label[1], pw_columns_table()[info->column].name,
        writers.bytes == NULL ? "" : writers.bytes));
    PW_TRY(pw_text_add(&pair->json,
        ", \"year\": %d, \"column\": \"%s\", \"people\": %lld, \"person\": %lld", found->year,
        info->name, (long long) found->people, (long long) joined->key[found->first]));
    PW_TRY(add_json_text(&pair->json, "first_value", value[0].bytes));
    PW_TRY(add_json_text(&pair->json, "second_value", value[1].bytes));
done:
    pw_text_free(&value[0]);
    pw_text_free(&value[1]);
    pw_text_free(&writers);
    return status;
}

/* What the files hold, joined by key. */
static pw_status
compare_recorded(struct pair *pair)
{
    pw_status status = PW_OK;
    struct joined joined = { 0 };
    struct recorded found = { .people = 0 };

    if (pair->run[0].record_years == 0 || pair->run[1].record_years == 0)
        PW_FAIL(PW_EFORMAT, "%s and %s record no lives that could be compared",
            pw_reader_path(pair->run[0].reader), pw_reader_path(pair->run[1].reader));
    PW_TRY(join_people(pair, &joined));
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        PW_TRY(compare_variable(pair, &joined, v, &found));
    if (found.people > 0) {
        PW_TRY(report_recorded(pair, &joined, &found));
        pair->part = true;
    }
    if (joined.only_one + joined.only_other > 0) {
        PW_TRY(pw_text_add(&pair->finding,
            "%zu people are only in %s and %zu only in %s; %zu are in both.\n", joined.only_one,
            pair->label[0], joined.only_other, pair->label[1], joined.count));
        pair->part = true;
    }
    if (strcmp(pair->run[0].digest, pair->run[1].digest) != 0 && !pair->part) {
        PW_TRY(pw_text_add(&pair->finding,
            "All that is on file is the same, and yet the states at the end differ: in something "
            "that is not recorded.\n"));
        pair->part = true;
    }
    if (!pair->part) PW_TRY(pw_text_add(&pair->finding, "All that is on file is the same.\n"));
done:
    free_joined(&joined);
    return status;
}

/* --- The command --- */

static void
label_files(struct pair *pair)
{
    for (int s = 0; s < 2; s++) {
        const char *path = pw_reader_path(pair->run[s].reader), *slash = strrchr(path, '/');

        pair->label[s] = slash == NULL ? path : slash + 1;
    }
    if (strcmp(pair->label[0], pair->label[1]) == 0)
        for (int s = 0; s < 2; s++)
            pair->label[s] = pw_reader_path(pair->run[s].reader);
}

static void
print_text(const struct pair *pair)
{
    for (int s = 0; s < 2; s++)
        (void) printf("%d: %s: %s (%s)\n", s + 1, pw_reader_path(pair->run[s].reader),
            pair->run[s].title, pair->run[s].source);
    (void) printf("\n");
    if (pair->num_differences > 0) (void) printf("What was asked differs:\n");
    for (const char *at = pair->differences.bytes; at != NULL && *at != '\0';) {
        const char *end = strchr(at, '\n');

        (void) printf("    %.*s\n", (int) (end - at), at);
        at = end + 1;
    }
    if (pair->num_differences > MAX_DIFFERENCES)
        (void) printf("    and %d more\n", pair->num_differences - MAX_DIFFERENCES);
    (void) printf("%s%s", pair->num_differences > 0 ? "\n" : "", pair->finding.bytes);
    if (pair->counts.num_cells > 0) {
        (void) printf("\n");
        cli_table_print(&pair->counts, CLI_TABLE, stdout);
    }
}

static pw_status
print_json(const struct pair *pair)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    const char *between = "";

    PW_TRY(pw_text_add(&text, "{\"part\": %s", pair->part ? "true" : "false"));
    PW_TRY(add_json_text(&text, "first", pw_reader_path(pair->run[0].reader)));
    PW_TRY(add_json_text(&text, "second", pw_reader_path(pair->run[1].reader)));
    PW_TRY(add_json_text(&text, "finding", pair->finding.bytes));
    PW_TRY(pw_text_add(
        &text, "%s, \"scenarios\": [", pair->json.bytes == NULL ? "" : pair->json.bytes));
    for (const char *at = pair->differences.bytes; at != NULL && *at != '\0';) {
        const char *end = strchr(at, '\n');
        struct pw_text line = { 0 };

        PW_TRY(pw_text_add(&text, "%s", between));
        PW_TRY(pw_text_add_bytes(&line, at, (size_t) (end - at)));
        status = pw_text_add_quoted(&text, line.bytes);
        pw_text_free(&line);
        PW_TRY(status);
        at = end + 1;
        between = ", ";
    }
    PW_TRY(pw_text_add(&text, "]"));
    (void) printf("%s", text.bytes);
    if (pair->counts.num_cells > 0) {
        (void) printf(", \"years\": ");
        cli_table_print(&pair->counts, CLI_JSON, stdout);
    }
    (void) printf("}\n");
done:
    pw_text_free(&text);
    return status;
}

/* The scenarios, then the lives: lived again where that can be, else as they are on file. */
static pw_status
compare(struct pair *pair, const struct request *request)
{
    pw_status status = PW_OK;
    bool is_other_people = false;

    label_files(pair);
    PW_TRY(compare_runs(pair, &is_other_people));
    for (int s = 0; s < 2 && status == PW_OK && !request->is_recorded; s++)
        status = cli_relive_begin(&pair->run[s]);
    if (status == PW_OK && !request->is_recorded) {
        PW_TRY(compare_params(pair));
        PW_TRY(compare_paths(pair));
        PW_TRY(compare_places(pair));
        PW_TRY(compare_policies(pair));
        is_other_people =
            is_other_people || pair->run[0].world.num_shards != pair->run[1].world.num_shards;
    }
    if (is_other_people) {
        PW_TRY(pw_text_add(&pair->finding,
            "These are other people: nobody in the one run is anybody in the other.\n"));
        pair->part = true;
        status = PW_OK;
        goto done;
    }
    if (status == PW_OK && !request->is_recorded) status = live(pair, request);
    if (status == PW_EFORMAT) {
        pw_log_warning("%s; what is on file is compared instead", pw_status_message());
        pair->part = false;
        pw_text_free(&pair->finding);
        pw_text_free(&pair->json);
        cli_table_free(&pair->counts);
        status = compare_recorded(pair);
    } else if (request->is_recorded) {
        status = compare_recorded(pair);
    }
done:
    return status;
}

static pw_status
read_options(int argc, char **argv, struct request *request, bool *is_help)
{
    enum { RECORDED = 256 };
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "years", required_argument, NULL, 'y' }, { "recorded", no_argument, NULL, RECORDED },
        { "format", required_argument, NULL, 'f' }, { "threads", required_argument, NULL, 't' },
        { "quiet", no_argument, NULL, 'q' }, { NULL, 0, NULL, 0 } };
    static const char *const formats[] = { "text", "json" };
    pw_status status = PW_OK;
    bool first = true;
    int character = 0;
    int64_t number = 0;
    size_t index = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "hy:f:t:q", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            *is_help = true;
            goto done;
        }
        if (character == 'y') PW_TRY(cli_option_whole("--years", optarg, 0, 1000, &number));
        if (character == 'y') request->years = (int) number;
        if (character == RECORDED) request->is_recorded = true;
        if (character == 'f') PW_TRY(cli_option_choice("format", optarg, formats, 2, &index));
        request->format = (enum diff_format) index;
        if (character == 't') PW_TRY(cli_option_whole("--threads", optarg, 0, 4096, &number));
        if (character == 't') pw_parallel_set_threads((int) number);
        if (character == 'q') pw_log_set_level(PW_LOG_ERROR);
    }
    PW_TRY(cli_option_operands(argc, argv, 2, 2, "A.h5 B.h5"));
done:
    return status;
}

pw_status
cli_diff(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct request request = { .format = DIFF_TEXT };
    struct pair *pair = NULL;
    bool is_help = false;

    PW_TRY(read_options(argc, argv, &request, &is_help));
    if (is_help) {
        print_manual();
        goto done;
    }
    PW_TRY(pw_alloc(1, sizeof *pair, &pair));
    for (int s = 0; s < 2; s++)
        PW_TRY(cli_relive_open(argv[optind + s], &pair->run[s]));
    PW_TRY(compare(pair, &request));
    if (request.format == DIFF_JSON)
        PW_TRY(print_json(pair));
    else
        print_text(pair);
    if (pair->part)
        PW_FAIL(PW_EVERDICT, "%s and %s part", pw_reader_path(pair->run[0].reader),
            pw_reader_path(pair->run[1].reader));
done:
    for (int s = 0; pair != NULL && s < 2; s++)
        cli_relive_close(&pair->run[s]);
    if (pair != NULL) {
        pw_text_free(&pair->differences);
        pw_text_free(&pair->finding);
        pw_text_free(&pair->json);
        cli_table_free(&pair->counts);
    }
    pw_free(&pair);
    return status;
}
