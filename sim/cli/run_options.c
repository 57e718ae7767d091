/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "halt.h"
#include "pathways/alloc.h"
#include "pathways/text.h"
#include "run.h"

#define MAX_DIGITS 60 /* of a whole number: one that is too large is refused for its size */

/* --- Reading --- */

/* Room for another override. */
static pw_status
next_override(const struct cli_run_options *options)
{
    if (options->num_overrides == CLI_MAX_SETTINGS)
        return pw_status_fail(PW_EUSAGE, __FILE__, __LINE__,
            "more than %d settings on the command line; put them into a scenario",
            CLI_MAX_SETTINGS);
    return PW_OK;
}

static pw_status
add_set(struct cli_run_options *options, const char *text)
{
    pw_status status = PW_OK;

    PW_TRY(next_override(options));
    options->override[options->num_overrides++] = text;
done:
    return status;
}

/* An option that sets a whole number of the run, whose range the reader of scenarios knows. */
static pw_status
set_whole(struct cli_run_options *options, const char *option, const char *name, const char *value)
{
    pw_status status = PW_OK;
    const char *digits = value + (value[0] == '-' || value[0] == '+');
    const size_t length = strlen(digits);
    struct cli_override *from = &options->from[options->num_overrides % CLI_MAX_SETTINGS];

    PW_TRY(next_override(options));
    if (length == 0 || length > MAX_DIGITS || strspn(digits, "0123456789") != length)
        PW_FAIL(PW_EUSAGE, "%s: \"%s\" is not a whole number; write its digits only, like 100000",
            option, value);
    while (digits[0] == '0' && digits[1] != '\0') /* JSON has no 007 */
        digits++;
    from->option = option;
    from->value = value;
    (void) snprintf(
        from->text, sizeof from->text, "%s=%s%s", name, value[0] == '-' ? "-" : "", digits);
    options->override[options->num_overrides++] = from->text;
done:
    return status;
}

static pw_status
set_record(struct cli_run_options *options, const char *value)
{
    pw_status status = PW_OK;
    double share = strcmp(value, "all") == 0 ? 1.0 : 0.0;
    struct cli_override *from = &options->from[options->num_overrides % CLI_MAX_SETTINGS];

    PW_TRY(next_override(options));
    if (strcmp(value, "all") != 0 && strcmp(value, "none") != 0)
        PW_TRY(cli_option_number("--record", value, 0.0, 1.0, &share));
    from->option = "--record";
    from->value = value;
    (void) snprintf(from->text, sizeof from->text, "run.record=%.17g", share);
    options->override[options->num_overrides++] = from->text;
done:
    return status;
}

static pw_status
set_checkpoints(struct cli_run_options *options, const char *value)
{
    options->has_checkpoints = strcmp(value, "none") != 0;
    options->checkpoint_years = 0;
    if (!options->has_checkpoints) return PW_OK;
    return cli_option_whole("--checkpoint-every", value, 1, 10000, &options->checkpoint_years);
}

static pw_status
set_branch(struct cli_run_options *options, const char *option, const char *path)
{
    pw_status status = PW_OK;

    if (options->branch != NULL)
        PW_FAIL(PW_EUSAGE, "%s: a run begins once, and %s is given too", option,
            options->branch_option);
    options->branch = path;
    options->branch_option = option;
done:
    return status;
}

static pw_status
read_option(struct cli_run_options *options, int character)
{
    pw_status status = PW_OK;
    int64_t threads;

    switch (character) {
    case 'o':
        options->output = optarg;
        break;
    case 'n':
        PW_TRY(set_whole(options, "--persons", "run.persons", optarg));
        break;
    case 'y':
        PW_TRY(set_whole(options, "--years", "run.years", optarg));
        break;
    case 'S':
        PW_TRY(set_whole(options, "--seed", "run.seed", optarg));
        break;
    case 'R':
        PW_TRY(set_whole(options, "--replicate", "run.replicate", optarg));
        break;
    case 'H':
        PW_TRY(set_whole(options, "--shards", "run.shards", optarg));
        break;
    case 't':
        PW_TRY(cli_option_whole("--threads", optarg, 1, 4096, &threads));
        options->threads = (int) threads;
        break;
    case 's':
        PW_TRY(add_set(options, optarg));
        break;
    case 'r':
        PW_TRY(set_record(options, optarg));
        break;
    case 'f':
        options->is_forced = true;
        break;
    case 'q':
        options->is_quiet = true;
        break;
    case 'T':
        options->is_timed = true;
        break;
    case 'd':
        options->is_dry = true;
        break;
    case 'u':
        options->is_resumed = true;
        break;
    case 'c':
        PW_TRY(set_checkpoints(options, optarg));
        break;
    case 'w':
        PW_TRY(cli_halt_read_time("--max-walltime", optarg, &options->longest));
        break;
    case 'b':
        PW_TRY(set_branch(options, "--branch", optarg));
        break;
    case 'F':
        PW_TRY(set_branch(options, "--from-history", optarg));
        break;
    case 'V':
        options->history = optarg;
        break;
    default:
        break;
    }
done:
    return status;
}

pw_status
cli_run_read(int argc, char **argv, struct cli_run_options *options, bool *is_help)
{
    static const struct option long_options[] = { { "help", no_argument, NULL, 'h' },
        { "output", required_argument, NULL, 'o' }, { "persons", required_argument, NULL, 'n' },
        { "years", required_argument, NULL, 'y' }, { "seed", required_argument, NULL, 'S' },
        { "replicate", required_argument, NULL, 'R' }, { "shards", required_argument, NULL, 'H' },
        { "threads", required_argument, NULL, 't' }, { "set", required_argument, NULL, 's' },
        { "record", required_argument, NULL, 'r' }, { "force", no_argument, NULL, 'f' },
        { "quiet", no_argument, NULL, 'q' }, { "dry-run", no_argument, NULL, 'd' },
        { "time", no_argument, NULL, 'T' }, { "resume", no_argument, NULL, 'u' },
        { "checkpoint-every", required_argument, NULL, 'c' },
        { "max-walltime", required_argument, NULL, 'w' },
        { "branch", required_argument, NULL, 'b' },
        { "from-history", required_argument, NULL, 'F' },
        { "save-history", required_argument, NULL, 'V' }, { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    bool first = true;
    int character = 0;

    while (!*is_help) {
        PW_TRY(cli_option_next(argc, argv, "ho:n:t:fq", long_options, &first, &character));
        if (character < 0) break;
        PW_TRY(read_option(options, character));
        *is_help = character == 'h';
    }
    if (*is_help) goto done;
    PW_TRY(cli_option_operands(argc, argv, 1, 1, "SCENARIO"));
    options->scenario = argv[optind];
done:
    return status;
}

/* --- Faults --- */

/* The option behind a fault of the command line, NULL for one of a file or of --set. */
static const struct cli_override *
find_option(const struct cli_run_options *options, const struct pw_fault *fault)
{
    static const char prefix[] = "--set ";

    if (strncmp(fault->file, prefix, sizeof prefix - 1) != 0) return NULL;
    for (size_t i = 0; i < options->num_overrides; i++)
        if (options->from[i].option != NULL
            && strcmp(fault->file + sizeof prefix - 1, options->override[i]) == 0)
            return &options->from[i];
    return NULL;
}

/* Faults of options are said of what was typed, "--persons 0". */
static pw_status
name_option(struct pw_fault *fault, const struct cli_override *from)
{
    pw_status status = PW_OK;
    struct pw_text words = { 0 };

    PW_TRY(pw_text_add(&words, "%s %s", from->option, from->value));
    pw_free(&fault->file);
    PW_TRY(pw_strdup(words.bytes, &fault->file));
    fault->pointer[0] = '\0';
done:
    pw_text_free(&words);
    return status;
}

pw_status
cli_run_refuse(const struct cli_run_options *options, struct pw_faults *faults)
{
    pw_status status = PW_OK;
    pw_status kind = PW_EUSAGE; /* unless a fault is the scenario's */
    char *line = NULL;

    for (size_t i = 0; i < faults->count; i++) {
        const struct cli_override *from = find_option(options, &faults->items[i]);

        if (from == NULL)
            kind = PW_EINPUT;
        else
            PW_TRY(name_option(&faults->items[i], from));
    }
    if (faults->count == 1) {
        PW_TRY(pw_fault_line(&faults->items[0], &line));
        PW_FAIL(kind, "%s", line);
    }
    if (cli_run_is_first()) PW_TRY(cli_print_faults(stderr, faults));
    PW_FAIL(kind, "%s was not run: %zu faults", options->scenario, faults->count);
done:
    pw_free(&line);
    return status;
}
