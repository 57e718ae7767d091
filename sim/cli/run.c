/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "halt.h"
#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/text.h"
#include "run.h"

static const char manual[] =
    "NAME\n"
    "    pathways run - live a country forward under a scenario and write a run file\n\n"
    "SYNOPSIS\n"
    "    pathways run SCENARIO [-o RUN.h5] [-n PERSONS] [--years N] [--seed S] [--threads T]\n"
    "                 [--set NAME=VALUE]... [--record all|none|SHARE] [--force] [--quiet]\n"
    "                 [--resume] [--checkpoint-every YEARS] [--max-walltime HH:MM:SS]\n"
    "                 [--save-history FILE] [--from-history FILE] [--branch FILE] [--dry-run]\n\n"
    "DESCRIPTION\n"
    "    Makes the population of the year in which history begins, lives through history to the\n"
    "    start year and through the years of the scenario, and writes measures, people and their\n"
    "    trajectories to an HDF5 file. The result does not depend on the number of threads. Two\n"
    "    scenarios with one seed give the same person the same luck.\n\n"
    "    A program that was built with MPI (-DPATHWAYS_MPI=ON) and is started by mpirun or srun\n"
    "    deals the shards over all ranks, on one machine or many, which must see the same files.\n"
    "    Rank 0 writes the one run file and the checkpoint, and speaks for all. The result does\n"
    "    not depend on the number of ranks either; a run may go on with another one.\n\n"
    "    A run that is told to stop (SIGINT, SIGTERM, SIGHUP, SIGUSR1) finishes its year, leaves\n"
    "    a checkpoint, RUN.h5.checkpoint, and exits with 75; --resume goes on from there to the\n"
    "    very numbers of a run that was never stopped, with any number of threads. A second\n"
    "    SIGINT ends it at once. A checkpoint is written every half an hour too, and the one\n"
    "    before is kept as RUN.h5.checkpoint.previous, for a run that is killed. It holds all\n"
    "    that the run needs, also what was recorded. A finished run removes its checkpoints.\n\n"
    "    --dry-run says beforehand what a run takes: memory at its peak, the size of the run file\n"
    "    and of a checkpoint, and time, each within a fifth of what happens. It lives through a\n"
    "    miniature of the run with the same years and threads, in a second or two and in a file\n"
    "    under TMPDIR that it removes; time is that of this machine with nothing else to do. What\n"
    "    may not fit into memory or on the disk is warned of; what certainly does not ends with "
    "4.\n"
    "    A run makes the same check, more roughly and at once, before it begins.\n\n";

static const char manual_options[] =
    "OPTIONS\n"
    "    -o, --output FILE   the run file (default: the scenario's name with .h5 in this folder)\n"
    "    -n, --persons N     people alive in the start year, about\n"
    "        --years N       years after the start year\n"
    "        --seed S        seed of all randomness\n"
    "        --replicate R   another history with the same seed\n"
    "        --shards N      miniature countries that the people are dealt into; part of the\n"
    "                        scenario's identity\n"
    "    -t, --threads T     threads of each rank (default: OMP_NUM_THREADS, "
    "SLURM_CPUS_PER_TASK,\n"
    "                        or all)\n"
    "        --set NAME=VALUE  set a parameter or a setting of the run\n"
    "        --record WHAT   trajectories of all people, none, or a share of them (0.01)\n"
    "        --resume        go on from the last checkpoint; begin when there is none, and do\n"
    "                        nothing when the run is finished\n"
    "        --checkpoint-every YEARS  also after so many years; none: never, not even on a "
    "signal\n"
    "        --max-walltime HH:MM:SS  stop in time, with a checkpoint\n"
    "        --save-history FILE  keep the end of the year before the start year in a file of its\n"
    "                        own, which all scenarios of one history share, and run on\n"
    "        --from-history FILE  begin with such a history: the same as --branch\n"
    "        --branch FILE   begin with a checkpoint of another run that is the same but for\n"
    "                        policies that begin after it\n"
    "        --dry-run       run nothing: print what memory, disk and time the run would take\n"
    "        --time          print what each process of the year costs\n"
    "    -f, --force         replace a finished file\n"
    "    -q, --quiet         say nothing but errors\n"
    "    -h, --help          print this\n\n" CLI_EXIT_STATUS
    "    130, 143  interrupted; nothing was written (--checkpoint-every none, a second SIGINT)\n\n"
    "EXAMPLES\n"
    "    pathways run scenarios/england.json -n 200000 -o run.h5\n"
    "    pathways run scenarios/england.json --set jobs.credentialism=0.7 --record 0.1\n"
    "    pathways run scenarios/england.json -n 57000000 --record 0.01 --threads 2 --dry-run\n"
    "    pathways run scenarios/england.json -o base.h5 --max-walltime 03:50:00 --resume\n"
    "    pathways run scenarios/england.json -o base.h5 --save-history england.history\n"
    "    pathways run scenarios/good_jobs.json -o jobs.h5 --from-history england.history\n"
    "    mpirun -n 4 pathways run scenarios/england.json -n 57000000 -o england.h5\n";

/* The scenario's name with .h5, in this folder. */
static pw_status
default_output(const char *scenario, char **output)
{
    pw_status status = PW_OK;
    const char *slash = strrchr(scenario, '/');
    const char *name = slash == NULL ? scenario : slash + 1;
    const char *dot = strrchr(name, '.');
    const size_t length = dot == NULL ? strlen(name) : (size_t) (dot - name);

    PW_TRY(pw_alloc(length + 4, 1, output));
    memcpy(*output, name, length);
    memcpy(*output + length, ".h5", 4);
done:
    return status;
}

/* Ranks on different machines may see different files. */
static pw_status
compare_scenarios(const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    uint64_t first = scenario->digest;

    pw_parallel_tell(&first, sizeof first);
    if (first != scenario->digest)
        PW_FAIL(PW_EINPUT, "the scenario is not the one that rank 0 has read; all ranks must see "
                           "the same files");
done:
    return pw_parallel_agree(status);
}

static pw_status
read_and_run(const struct cli_run_options *options)
{
    pw_status status = PW_OK;
    struct pw_scenario scenario = { 0 };
    struct pw_faults faults = { 0 };
    char *output = NULL;

    status = pw_scenario_read(
        options->scenario, options->override, options->num_overrides, &scenario, &faults);
    if (status == PW_EINPUT && faults.count > 0) status = cli_run_refuse(options, &faults);
    PW_TRY(pw_parallel_agree(status));
    PW_TRY(compare_scenarios(&scenario));
    if (options->output != NULL)
        PW_TRY(pw_strdup(options->output, &output));
    else
        PW_TRY(default_output(options->scenario, &output));
    PW_TRY(cli_run_scenario(options, &scenario, output));
done:
    pw_free(&output);
    pw_faults_free(&faults);
    pw_scenario_free(&scenario);
    return status;
}

/* The command line, for the history of the file. */
static pw_status
join_words(int argc, char **argv, struct pw_text *words)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(words, "pathways"));
    for (int i = 0; i < argc; i++)
        PW_TRY(pw_text_add(words, " %s", argv[i]));
done:
    return status;
}

static enum pw_log_level
log_level(const struct cli_run_options *options)
{
    if (!cli_run_is_first()) return PW_LOG_SILENT;
    return options->is_quiet ? PW_LOG_ERROR : PW_LOG_INFO;
}

pw_status
cli_run(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct cli_run_options *options = NULL;
    struct pw_text words = { 0 };
    bool is_help = false, is_raised = false;
    const double begin = pw_seconds();

    pw_parallel_begin();
    PW_TRY(join_words(argc, argv, &words)); /* before options are sorted to the front */
    PW_TRY(pw_alloc(1, sizeof *options, &options));
    options->has_checkpoints = true;
    options->begin = begin;
    options->command = words.bytes;
    PW_TRY(pw_parallel_agree(cli_run_read(argc, argv, options, &is_help)));
    if (is_help && cli_run_is_first()) (void) printf("%s%s", manual, manual_options);
    if (is_help) goto done;
    pw_log_set_level(log_level(options));
    pw_parallel_set_threads(options->threads);
    if (!options->is_dry) cli_halt_catch();
    status = read_and_run(options);
    is_raised = status == PW_ESTOPPED && !options->has_checkpoints;
done:
    pw_free(&options);
    pw_text_free(&words);
    pw_parallel_end(status, cli_exit_status(status));
    if (!cli_run_is_first()) return PW_OK; /* or mpirun would end rank 0 before it has said why */
    if (is_raised) {                       /* a shell sees what ended us */
        (void) fprintf(stderr, "pathways: %s\n", pw_status_message());
        cli_halt_raise();
    }
    return status;
}
