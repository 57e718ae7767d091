/*
 * Where a run begins.
 *
 * SPDX-License-Identifier: MIT
 */
#include "origin.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/reader.h"

pw_status
cli_origin_resume(struct cli_origin *origin, const char *path, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    char *fault = NULL, *what = NULL;

    PW_TRY(pw_checkpoint_open_latest(path, &origin->reader, &fault));
    if (origin->reader == NULL) goto done;
    if (fault != NULL)
        pw_log_error(
            "%s; the one before it, %s, is used", fault, pw_checkpoint_path(origin->reader));
    PW_TRY(pw_snapshot_begin(origin->reader, &origin->snapshot));
    if (origin->snapshot.head.scenario_digest != scenario->digest) {
        PW_TRY(pw_scenario_find_change(origin->snapshot.resolved_text, scenario, INT_MAX, &what));
        PW_FAIL(PW_EINPUT,
            "%s: the scenario has changed since: %s; --resume goes on with the scenario as it was, "
            "--force begins again, and --branch starts another run from a checkpoint",
            pw_checkpoint_path(origin->reader), what == NULL ? "it is another" : what);
    }
    pw_log_info("goes on after %d, from %s", origin->snapshot.head.year,
        pw_checkpoint_path(origin->reader));
done:
    pw_free(&fault);
    pw_free(&what);
    return status;
}

pw_status
cli_origin_branch(struct cli_origin *origin, const char *path, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    char *what = NULL;

    PW_TRY(pw_checkpoint_open(path, &origin->reader));
    PW_TRY(pw_snapshot_begin(origin->reader, &origin->snapshot));
    PW_TRY(pw_scenario_find_change(
        origin->snapshot.resolved_text, scenario, origin->snapshot.head.year, &what));
    if (what != NULL)
        PW_FAIL(PW_EINPUT,
            "%s: stands at the end of %d, up to when this run is not the same: %s; only policies "
            "that begin later may differ",
            path, origin->snapshot.head.year, what);
    pw_log_info("branches after %d from %s", origin->snapshot.head.year, path);
done:
    pw_free(&what);
    return status;
}

pw_status
cli_origin_follow(struct cli_origin *origin, const char *path)
{
    pw_status status = PW_OK;

    PW_TRY(pw_checkpoint_open_too(path, &origin->reader));
    PW_TRY(pw_snapshot_begin(origin->reader, &origin->snapshot));
done:
    return status;
}

void
cli_origin_free(struct cli_origin *origin)
{
    pw_checkpoint_close(&origin->reader);
    pw_snapshot_free(&origin->snapshot);
}

/* Is the file of this scenario, with the same people and years recorded? */
static pw_status
compare(const struct pw_reader *reader, const struct pw_scenario *scenario, bool *is_same)
{
    pw_status status = PW_OK;
    char *digest = NULL, ours[17];
    int64_t record_from = 0;
    double record = 0.0;

    PW_TRY(pw_reader_text(reader, "/", "scenario_digest", &digest));
    PW_TRY(pw_reader_real(reader, "/", "record", &record));
    PW_TRY(pw_reader_number(reader, "/", "record_from", &record_from));
    (void) snprintf(ours, sizeof ours, "%016" PRIx64, scenario->digest);
    *is_same = strcmp(digest, ours) == 0 && record == scenario->run.record
               && record_from == scenario->run.record_from;
done:
    pw_free(&digest);
    return status;
}

pw_status
cli_origin_is_finished(const char *path, const struct pw_scenario *scenario, bool *is_finished)
{
    pw_status status = PW_OK;
    struct pw_reader *reader = NULL;
    struct stat about;

    *is_finished = false;
    if (stat(path, &about) < 0 || !S_ISREG(about.st_mode)) goto done;
    status = pw_reader_open(path, &reader);
    if (status == PW_OK) status = compare(reader, scenario, is_finished);
    if (status != PW_EMEMORY) status = PW_OK;
done:
    pw_reader_close(&reader);
    return status;
}
