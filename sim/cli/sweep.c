/*
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "halt.h"
#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/parallel.h"
#include "sweep.h"

static const char manual[] =
    "NAME\n"
    "    pathways sweep - do the many runs of a design, on one machine or on many\n\n"
    "SYNOPSIS\n"
    "    pathways sweep SCENARIO DESIGN.json -o DIR [--task I/N] [--threads T]\n"
    "                   [--max-walltime HH:MM:SS] [--quiet]\n"
    "    pathways sweep SCENARIO DESIGN.json --count\n"
    "    pathways sweep SCENARIO DESIGN.json -o DIR --status [--tasks N]\n"
    "    pathways gather DIR -o ENSEMBLE.h5\n\n"
    "DESCRIPTION\n"
    "    A design says which runs there are: points of a grid, a list, a Latin hypercube or a\n"
    "    Sobol sequence, each under SCENARIO and under the other scenarios that the design names,\n"
    "    each repeated with other luck. sweep does those that are not done, one thread a run and\n"
    "    as many runs at once as there are threads and memory for; the last runs get what threads\n"
    "    are left. What is kept of a run is every measure in every year with its standard "
    "error.\n\n"
    "    A run is called by a digest of its scenario, factors and replicate, never by its place\n"
    "    in the design: with another value or more replicates the runs that there are stay and\n"
    "    only the new ones are done. The same command may be given again at any time: it does\n"
    "    what is missing, and nothing when all is done. Runs that were stopped or killed go on\n"
    "    from their checkpoints, to the very numbers of a run that was not.\n\n"
    "    Scenarios that differ from the start year on only, as policies do, branch from one\n"
    "    history, which is lived once. Parameters act in history: runs that differ in one have\n"
    "    each their own.\n\n"
    "    Several sweeps of one design may be at work on one DIR, on one machine or on many: a run\n"
    "    is done by whoever comes first. Their locks are those of the file system (fcntl) and end\n"
    "    with the process that holds them, also when it is killed or its machine goes down: there\n"
    "    is nothing to clear up. Where a file system has no locks, give every task its own "
    "share.\n\n"
    "    Told to stop (SIGINT, SIGTERM, SIGUSR1, --max-walltime), all runs at work leave a\n"
    "    checkpoint, and the exit status is 75. A run that fails stops no other.\n\n"
    "OPTIONS\n"
    "    -o, --output DIR    where the runs go; made when it is not there\n"
    "        --task I/N      only the I-th of N equal shares, counted from 1. Without it all "
    "runs,\n"
    "                        also within a Slurm array: SLURM_ARRAY_TASK_ID is never read\n"
    "        --count         print how many runs there are\n"
    "        --status        print how many are done, at work, stopped halfway, failed or "
    "missing,\n"
    "                        and which tasks of an array to submit again; exit 1 when some are\n"
    "                        not done\n"
    "        --tasks N       for --status: tasks in the array (default: one a run)\n"
    "    -t, --threads T     threads of all runs together (default: OMP_NUM_THREADS,\n"
    "                        SLURM_CPUS_PER_TASK, or all)\n"
    "        --max-walltime HH:MM:SS  stop in time\n"
    "    -q, --quiet         say nothing but errors\n"
    "    -h, --help          print this\n\n";

static const char manual_of_designs[] =
    "DESIGN\n"
    "    A JSON file; `pathways schema --design` prints its JSON Schema, for editors.\n\n"
    "    kind        grid, list, latin_hypercube or sobol\n"
    "    factors     by name, each with a list of values (grid) or with \"low\", \"high\" and "
    "perhaps\n"
    "                \"scale\": \"log\": a parameter (jobs.credentialism, post16.base[1]), a "
    "number of\n"
    "                a policy (policies.NAME.strength, capacity, budget_gbp, unit_cost_gbp,\n"
    "                ownership, ramp_years, from, to), or run.persons, run.seed, run.shards\n"
    "    points      of a list: [{ \"jobs.credentialism\": 0.5 }, ...]; of the two samples: how\n"
    "                many. A Sobol sequence goes on when there are more, a Latin hypercube is\n"
    "                another one\n"
    "    seed        of a Latin hypercube (1)\n"
    "    scenarios   files beside the design, run at every point as SCENARIO is. A policy's "
    "factor\n"
    "                leaves alone a scenario that has no such policy, which is then run once\n"
    "    replicates  runs of every point with other luck (1)\n"
    "    run         settings of all runs: persons, years, seed, record_from, ...\n"
    "    measures    patterns, [\"neet_*\", \"pay_25_29\"]; all unless given\n"
    "    by          groupings to keep beside the nation: origin, sex, origin_sex, region, place,\n"
    "                labour_market\n"
    "    keep_runs   true keeps the run files too, as DIR/runs/NAME.h5, for compare and export\n\n"
    "    { \"kind\": \"grid\",\n"
    "      \"scenarios\": [\"scenarios/good_jobs.json\"],\n"
    "      \"factors\": { \"jobs.credentialism\": [0.3, 0.5, 0.7],\n"
    "                   \"policies.Skilled jobs.strength\": [0.5, 1, 2] },\n"
    "      \"replicates\": 5, \"run\": { \"persons\": 50000, \"years\": 20 } }\n\n"
    "EXIT STATUS\n"
    "    0   all runs of the share are done\n"
    "    1   some runs failed (DIR/points/NAME.failed says why); --status: some are not done\n"
    "    2   the command line is wrong\n"
    "    3   the scenario or the design is wrong\n"
    "    4   the machine failed: disk, memory, permission\n"
    "    75  stopped early; the same command goes on\n\n"
    "EXAMPLES\n"
    "    pathways sweep scenarios/england.json design.json -o sweep\n"
    "    pathways gather sweep -o sweep.h5\n"
    "    sbatch --array=1-40 --wrap 'pathways sweep scenarios/england.json design.json -o sweep "
    "\\\n"
    "        --task $SLURM_ARRAY_TASK_ID/40 --max-walltime 03:50:00'\n"
    "    pathways sweep scenarios/england.json design.json -o sweep --status --tasks 40\n";

struct request {
    struct cli_sweep sweep;
    struct cli_sweep_work work;
    int64_t task, num_tasks; /* num_tasks 0: not said */
    bool is_help, counts, asks_status;
};

/* "3/40" */
static pw_status
read_task(const char *text, struct request *request)
{
    pw_status status = PW_OK;
    char *end = NULL;
    const long long task = strtoll(text, &end, 10);
    const char *slash = end;
    const long long tasks = slash != text && *slash == '/' ? strtoll(slash + 1, &end, 10) : 0;

    if (tasks < 1 || end == slash + 1 || *end != '\0' || text[0] == ' ' || slash[1] == ' ')
        PW_FAIL(
            PW_EUSAGE, "--task: \"%s\" is not I/N; write 3/40 for the third of 40 shares", text);
    if (task < 1 || task > tasks)
        PW_FAIL(PW_EUSAGE, "--task: there is no share %lld of %lld; they are counted from 1", task,
            tasks);
    request->task = task;
    request->num_tasks = tasks;
done:
    return status;
}

static pw_status
read_options(int argc, char **argv, struct request *request)
{
    enum { TASK = 256, COUNT, STATUS, TASKS, WALLTIME };
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "output", required_argument, NULL, 'o' }, { "task", required_argument, NULL, TASK },
        { "count", no_argument, NULL, COUNT }, { "status", no_argument, NULL, STATUS },
        { "tasks", required_argument, NULL, TASKS }, { "threads", required_argument, NULL, 't' },
        { "max-walltime", required_argument, NULL, WALLTIME }, { "quiet", no_argument, NULL, 'q' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    bool first = true, has_tasks = false;
    int character = 0;
    int64_t threads = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "ho:t:q", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            request->is_help = true;
            goto done;
        }
        if (character == 'o') request->sweep.folder = optarg;
        if (character == 'q') request->work.is_quiet = true;
        if (character == COUNT) request->counts = true;
        if (character == STATUS) request->asks_status = true;
        if (character == TASK) PW_TRY(read_task(optarg, request));
        if (character == TASKS) {
            PW_TRY(
                cli_option_whole("--tasks", optarg, 1, PW_MAX_DESIGN_POINTS, &request->num_tasks));
            has_tasks = true;
        }
        if (character == 't') PW_TRY(cli_option_whole("--threads", optarg, 1, 4096, &threads));
        if (character == WALLTIME)
            PW_TRY(cli_halt_read_time("--max-walltime", optarg, &request->work.longest));
    }
    PW_TRY(cli_option_operands(argc, argv, 2, 2, "SCENARIO and DESIGN.json"));
    if (has_tasks && (!request->asks_status || request->task > 0))
        PW_FAIL(PW_EUSAGE, "--tasks goes with --status; a share of the work is --task I/N");
    if (request->sweep.folder == NULL && !request->counts)
        PW_FAIL(PW_EUSAGE, "say with -o DIR where the runs go");
    request->sweep.scenario_path = argv[optind];
    request->sweep.design_path = argv[optind + 1];
    pw_parallel_set_threads((int) threads);
    request->work.threads = pw_parallel_threads();
done:
    return status;
}

/* The first run of a share; shares differ by one run at most. */
static size_t
share_begin(const struct request *request, int64_t task)
{
    const size_t count = request->sweep.num_points, tasks = (size_t) request->num_tasks;
    const size_t before = (size_t) task - 1;

    return count / tasks * before + (before < count % tasks ? before : count % tasks);
}

/* --- Status ------------------------------------------------------------------------------------
 */

enum where { DONE, RUNNING, PARTIAL, FAILED, MISSING, NUM_WHERE };

static bool
is_there(const struct cli_sweep *sweep, const char *kind, uint64_t name, const char *ending)
{
    struct pw_text path = { 0 };
    const bool is = cli_sweep_path(sweep->folder, kind, name, ending, &path) == PW_OK
                    && access(path.bytes, F_OK) == 0;

    pw_text_free(&path);
    return is;
}

static enum where
find_where(const struct cli_sweep *sweep, int lock, const struct cli_sweep_point *point)
{
    if (cli_sweep_is_done(sweep, point)) return DONE;
    if (cli_sweep_is_claimed(lock, point->name)) return RUNNING;
    if (is_there(sweep, "points", point->name, ".failed")) return FAILED;
    return is_there(sweep, "work", point->name, ".h5.checkpoint")
                   || is_there(sweep, "work", point->name, ".h5.checkpoint.previous")
                   || is_there(sweep, "work", point->name, ".h5")
               ? PARTIAL
               : MISSING;
}

/* "1,3,7-12", as sbatch --array takes it. */
static void
print_tasks(const bool *is_wanted, size_t count)
{
    bool is_first = true;

    for (size_t task = 0; task < count; task++) {
        size_t last = task;

        if (!is_wanted[task]) continue;
        while (last + 1 < count && is_wanted[last + 1])
            last++;
        (void) printf("%s%zu", is_first ? "" : ",", task + 1);
        if (last > task) (void) printf("%c%zu", last == task + 1 ? ',' : '-', last + 1);
        is_first = false;
        task = last;
    }
}

static pw_status
print_status(const struct request *request)
{
    static const char *const names[NUM_WHERE] = { "done", "running", "partial", "failed",
        "missing" };
    pw_status status = PW_OK;
    const struct cli_sweep *sweep = &request->sweep;
    const size_t tasks = (size_t) request->num_tasks;
    const int lock = cli_sweep_open_lock(sweep->folder, false);
    size_t counts[NUM_WHERE] = { 0 };
    bool *is_wanted = NULL;

    PW_TRY(pw_alloc(tasks, sizeof *is_wanted, &is_wanted));
    for (size_t task = 0; task < tasks; task++)
        for (size_t p = share_begin(request, (int64_t) task + 1);
             p < share_begin(request, (int64_t) task + 2); p++) {
            const enum where where = find_where(sweep, lock, &sweep->points[p]);

            counts[where]++;
            is_wanted[task] = is_wanted[task] || (where != DONE && where != RUNNING);
        }
    (void) printf("%-9s %zu\n", "runs", sweep->num_points);
    for (int where = 0; where < NUM_WHERE; where++)
        (void) printf("%-9s %zu\n", names[where], counts[where]);
    if (counts[DONE] + counts[RUNNING] < sweep->num_points) {
        (void) printf("%-9s --array=", "resubmit");
        print_tasks(is_wanted, tasks);
        (void) printf(" of %zu\n", tasks);
    }
    if (counts[DONE] < sweep->num_points)
        PW_FAIL(PW_EVERDICT, "%zu of %zu runs are not done", sweep->num_points - counts[DONE],
            sweep->num_points);
done:
    if (lock >= 0) (void) close(lock);
    pw_free(&is_wanted);
    return status;
}

/* --- The command -------------------------------------------------------------------------------
 */

static pw_status
answer(struct request *request)
{
    pw_status status = PW_OK;
    struct cli_sweep *sweep = &request->sweep;
    struct cli_sweep_work *work = &request->work;

    PW_TRY(cli_sweep_open(sweep));
    if (request->counts) {
        (void) printf("%zu\n", sweep->num_points);
        goto done;
    }
    if (request->num_tasks == 0)
        request->num_tasks = request->asks_status ? (int64_t) sweep->num_points : 1;
    if (request->asks_status) {
        PW_TRY(print_status(request));
        goto done;
    }
    if (request->task == 0) request->task = 1;
    work->first = share_begin(request, request->task);
    work->end = share_begin(request, request->task + 1);
    cli_halt_catch();
    PW_TRY(cli_sweep_write_list(sweep));
    PW_TRY(cli_sweep_do(sweep, work));
done:
    return status;
}

pw_status
cli_sweep(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct request *request = NULL;

    PW_TRY(pw_alloc(1, sizeof *request, &request));
    request->work.begin = pw_seconds();
    PW_TRY(read_options(argc, argv, request));
    if (request->is_help) {
        (void) fputs(manual, stdout);
        (void) fputs(manual_of_designs, stdout);
        goto done;
    }
    pw_log_set_level(request->work.is_quiet ? PW_LOG_ERROR : PW_LOG_INFO);
    PW_TRY(answer(request));
done:
    if (request != NULL) cli_sweep_close(&request->sweep);
    pw_free(&request);
    return status;
}
