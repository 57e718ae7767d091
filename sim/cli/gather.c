/*
 * What the runs of a sweep came to, in one file: parameters [run], measures [run, year].
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gather.h"
#include "pathways/alloc.h"
#include "pathways/log.h"

static const char manual[] =
    "NAME\n"
    "    pathways gather - put what the runs of a sweep came to into one file\n\n"
    "SYNOPSIS\n"
    "    pathways gather DIR -o ENSEMBLE.h5 [--partial] [--force] [--quiet]\n\n"
    "DESCRIPTION\n"
    "    Writes an HDF5 file with one row a run, which xarray, pandas, R (rhdf5) and all else "
    "that\n"
    "    reads HDF5 or netCDF opens:\n\n"
    "        /runs                  name, scenario, replicate, seed, digests [run]\n"
    "        /parameters/NAME       value of each factor [run]\n"
    "        /measures/nation/NAME  each measure [run, year], and beside it NAME_error, its\n"
    "                               standard error (jackknife over 32 groups of lineages)\n"
    "        /measures/origin/NAME  [run, year, origin_class], and other groupings that the "
    "design\n"
    "                               asks for\n"
    "        /axes                  names of runs, scenarios and groups\n\n"
    "    A standard error says how far a run of other luck might lie; replicates show it. Runs of\n"
    "    one replicate have the same luck, so that their differences are surer than either.\n\n"
    "    Of a sweep that is not complete nothing is written, exit 1; with --partial the runs that\n"
    "    there are, and the names of the others stand in /missing. Runs of an earlier design in\n"
    "    the same folder are left out.\n\n"
    "OPTIONS\n"
    "    -o, --output FILE  the file to write\n"
    "        --partial      also when runs are missing\n"
    "    -f, --force        replace a file of that name\n"
    "    -q, --quiet        say nothing but errors\n"
    "    -h, --help         print this\n\n" CLI_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    pathways gather sweep -o sweep.h5\n\n"
    "    In Python:\n"
    "        import xarray\n"
    "        runs = xarray.merge([xarray.open_dataset(\"sweep.h5\", group=name)\n"
    "                             for name in (\"parameters\", \"measures/nation\")])\n\n"
    "    In R:\n"
    "        rhdf5::h5read(\"sweep.h5\", \"/measures/nation/neet_16_24\")\n";

/* So many missing runs are named on the terminal. */
#define MAX_SAID 10

/* --- The list of runs --- */

static pw_status
read_list(struct cli_gathering *gathering)
{
    pw_status status = PW_OK;
    struct pw_text path = { 0 }, text = { 0 };
    FILE *stream = NULL;
    char bytes[65536];
    size_t got;

    PW_TRY(pw_text_add(&path, "%s/sweep.json", gathering->folder));
    stream = fopen(path.bytes, "rb");
    if (stream == NULL)
        PW_FAIL(errno == ENOENT || errno == ENOTDIR ? PW_EINPUT : PW_EIO,
            "%s: %s; give the folder that `pathways sweep -o` wrote", path.bytes,
            errno == ENOENT || errno == ENOTDIR ? "there is no such file" : strerror(errno));
    while ((got = fread(bytes, 1, sizeof bytes, stream)) > 0)
        PW_TRY(pw_text_add_bytes(&text, bytes, got));
    if (ferror(stream)) PW_FAIL(PW_EIO, "%s: cannot be read: %s", path.bytes, strerror(errno));
    gathering->list = cJSON_Parse(text.length == 0 ? "" : text.bytes);
    if (!cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(gathering->list, "runs"))
        || !cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(gathering->list, "factors"))
        || !cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(gathering->list, "scenarios"))
        || !cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(gathering->list, "groupings")))
        PW_FAIL(PW_EFORMAT, "%s: is not the list of runs of a sweep; `pathways sweep` writes it",
            path.bytes);
done:
    if (stream != NULL) (void) fclose(stream);
    pw_text_free(&path);
    pw_text_free(&text);
    return status;
}

/* Is what the design asks for there? */
static bool
is_complete(const struct cli_gathering *gathering, const cJSON *run)
{
    struct pw_reader *reader = NULL;
    char *asked = NULL;
    const bool is = cli_gather_open(gathering, run, &reader) == PW_OK
                    && pw_reader_text(reader, "/", "asked", &asked) == PW_OK
                    && strcmp(asked, cli_gather_text(gathering->list, "asked")) == 0;

    pw_free(&asked);
    pw_reader_close(&reader);
    return is;
}

static pw_status
find_runs(struct cli_gathering *gathering)
{
    pw_status status = PW_OK;
    const cJSON *runs = cli_gather_member(gathering, "runs");
    const size_t count = (size_t) cJSON_GetArraySize(runs);

    PW_TRY(pw_alloc(count, sizeof *gathering->runs, &gathering->runs));
    PW_TRY(pw_alloc(count, sizeof *gathering->missing, &gathering->missing));
    for (const cJSON *run = runs->child; run != NULL; run = run->next)
        if (is_complete(gathering, run))
            gathering->runs[gathering->num_runs++] = run;
        else
            gathering->missing[gathering->num_missing++] = cli_gather_name(run);
    for (size_t m = 0; m < gathering->num_missing && m < MAX_SAID; m++)
        (void) fprintf(stderr, "missing: %s\n", gathering->missing[m]);
    if (gathering->num_missing > MAX_SAID)
        (void) fprintf(stderr, "missing: %zu more\n", gathering->num_missing - MAX_SAID);
    if (gathering->num_runs == 0)
        PW_FAIL(PW_EVERDICT, "%s: none of the %zu runs is done", gathering->folder, count);
    if (gathering->num_missing > 0 && !gathering->is_partial)
        PW_FAIL(PW_EVERDICT,
            "%s: %zu of %zu runs are not done; `pathways sweep` does them, --partial gathers the "
            "others",
            gathering->folder, gathering->num_missing, count);
    if (gathering->num_missing > 0)
        pw_log_warning("%zu of %zu runs are missing and left out: /missing names them",
            gathering->num_missing, count);
done:
    return status;
}

/* --- The command --- */

static pw_status
write_ensemble(struct cli_gathering *gathering)
{
    pw_status status = PW_OK;
    const char *title = cli_gather_text(gathering->list, "title");
    struct pw_text command = { 0 };

    PW_TRY(pw_text_add(&command, "pathways gather %s -o %s", gathering->folder, gathering->output));
    PW_TRY(pw_store_create_bare(gathering->output, gathering->is_forced,
        title[0] == '\0' ? "Sweep" : title, command.bytes, &gathering->store));
    if (cli_gather_text(gathering->list, "why")[0] != '\0')
        PW_TRY(pw_store_set_text(
            gathering->store, "comment", cli_gather_text(gathering->list, "why")));
    PW_TRY(
        pw_store_set_text(gathering->store, "design", cli_gather_text(gathering->list, "design")));
    PW_TRY(pw_store_set_whole(gathering->store, "missing_runs", (int64_t) gathering->num_missing));
    PW_TRY(cli_gather_write_listed(gathering));
    PW_TRY(cli_gather_write_identities(gathering));
    PW_TRY(cli_gather_write_parameters(gathering));
    PW_TRY(cli_gather_write_measures(gathering));
    PW_TRY(pw_store_write_names(gathering->store,
        &(struct pw_name_list){ "/missing", "name", "Name of each run that is not done", NULL,
            gathering->missing, gathering->num_missing }));
    PW_TRY(pw_store_finish(gathering->store, NULL));
    pw_log_info("wrote %s: %zu runs", gathering->output, gathering->num_runs);
done:
    pw_text_free(&command);
    return status;
}

static pw_status
read_options(int argc, char **argv, struct cli_gathering *gathering, bool *is_help)
{
    enum { PARTIAL = 256 };
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "output", required_argument, NULL, 'o' }, { "partial", no_argument, NULL, PARTIAL },
        { "force", no_argument, NULL, 'f' }, { "quiet", no_argument, NULL, 'q' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    bool first = true;
    int character = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "ho:fq", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            *is_help = true;
            goto done;
        }
        if (character == 'o') gathering->output = optarg;
        if (character == PARTIAL) gathering->is_partial = true;
        if (character == 'f') gathering->is_forced = true;
        if (character == 'q') gathering->is_quiet = true;
    }
    PW_TRY(cli_option_operands(argc, argv, 1, 1, "one DIR"));
    if (gathering->output == NULL)
        PW_FAIL(PW_EUSAGE, "say with -o ENSEMBLE.h5 where the file is to go");
    if (!gathering->is_forced && access(gathering->output, F_OK) == 0)
        PW_FAIL(PW_EUSAGE, "%s: is there already; --force replaces it, -o gives another name",
            gathering->output);
    gathering->folder = argv[optind];
done:
    return status;
}

pw_status
cli_gather(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct cli_gathering gathering = { 0 };
    bool is_help = false;

    PW_TRY(read_options(argc, argv, &gathering, &is_help));
    if (is_help) {
        (void) fputs(manual, stdout);
        goto done;
    }
    pw_log_set_level(gathering.is_quiet ? PW_LOG_ERROR : PW_LOG_INFO);
    PW_TRY(read_list(&gathering));
    PW_TRY(find_runs(&gathering));
    PW_TRY(write_ensemble(&gathering));
done:
    pw_store_abandon(&gathering.store, false);
    cJSON_Delete(gathering.list);
    pw_free(&gathering.runs);
    pw_free(&gathering.missing);
    return status;
}
