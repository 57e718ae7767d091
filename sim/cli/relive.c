/*
 * A run lived again from its file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "relive.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "pathways/alloc.h"

static pw_status
note_people(struct cli_relive *relive)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };

    if (!pw_reader_has(relive->reader, "/persons/key")) goto done;
    PW_TRY(pw_reader_describe(relive->reader, "/persons/key", &field));
    relive->num_people = field.dims[0];
    if (!pw_reader_has(relive->reader, "/trajectories/state")) goto done;
    pw_field_free(&field);
    PW_TRY(pw_reader_describe(relive->reader, "/trajectories/state", &field));
    if (field.rank != 2 || field.dims[0] != relive->num_people)
        PW_FAIL(PW_EFORMAT, "%s: /trajectories/state is not [person, year]",
            pw_reader_path(relive->reader));
    relive->record_from = (int) field.first[1];
    relive->record_years = (int) field.dims[1];
done:
    pw_field_free(&field);
    return status;
}

pw_status
cli_relive_open(const char *path, struct cli_relive *relive)
{
    pw_status status = PW_OK;

    PW_TRY(pw_reader_open(path, &relive->reader));
    PW_TRY(pw_reader_text(relive->reader, "/", "title", &relive->title));
    PW_TRY(pw_reader_text(relive->reader, "/", "source", &relive->source));
    PW_TRY(pw_reader_text(relive->reader, "/", "state_digest", &relive->digest));
    PW_TRY(note_people(relive));
done:
    return status;
}

pw_status
cli_relive_begin(struct cli_relive *relive)
{
    pw_status status = PW_OK;
    struct pw_faults faults = { 0 };
    char *text = NULL, *digest = NULL, ours[17];

    PW_TRY(pw_reader_long_text(relive->reader, "/scenario/resolved_text", &text));
    PW_TRY(pw_reader_text(relive->reader, "/", "scenario_digest", &digest));
    status = pw_scenario_read_text("scenario", text, &relive->scenario, &faults);
    if (status == PW_EMEMORY) goto done;
    (void) snprintf(ours, sizeof ours, "%016" PRIx64, relive->scenario.digest);
    if (status != PW_OK)
        PW_FAIL(PW_EFORMAT,
            "%s cannot be lived again: this version does not understand its scenario (%s); use "
            "the version that wrote it, %s, or --recorded",
            pw_reader_path(relive->reader),
            faults.count > 0 ? faults.items[0].text : "it is not whole", relive->source);
    if (strcmp(ours, digest) != 0)
        PW_FAIL(PW_EFORMAT,
            "%s cannot be lived again: it was written by %s, in which the same scenario means "
            "something else; use that version, or --recorded",
            pw_reader_path(relive->reader), relive->source);
    PW_TRY(pw_world_init(&relive->world, &relive->scenario));
done:
    pw_free(&text);
    pw_free(&digest);
    pw_faults_free(&faults);
    return status;
}

pw_status
cli_relive_step(struct cli_relive *relive)
{
    return pw_world_step(&relive->world);
}

pw_status
cli_relive_refuse(const struct cli_relive *relive, const char *what)
{
    pw_status status = PW_OK;

    PW_FAIL(PW_EFORMAT,
        "%s was lived again and %s is not what is on file: it was written by %s, and this is "
        "pathways %s (%s), in which lives go otherwise; use the version that wrote it, or "
        "--recorded, which tells what the file holds",
        pw_reader_path(relive->reader), what, relive->source, PW_VERSION, PW_GIT_COMMIT);
done:
    return status;
}

pw_status
cli_relive_check(const struct cli_relive *relive)
{
    char ours[17];

    PW_BUG_IF(relive->world.year != relive->world.last_year);
    (void) snprintf(ours, sizeof ours, "%016" PRIx64, pw_world_digest(&relive->world));
    return strcmp(ours, relive->digest) == 0
               ? PW_OK
               : cli_relive_refuse(relive, "the state of everyone at the end");
}

void
cli_relive_close(struct cli_relive *relive)
{
    pw_world_free(&relive->world);
    pw_scenario_free(&relive->scenario);
    pw_reader_close(&relive->reader);
    pw_free(&relive->title);
    pw_free(&relive->source);
    pw_free(&relive->digest);
}

pw_status
cli_relive_row(const struct cli_relive *relive, uint64_t key, size_t *row)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };
    int64_t *keys = NULL;

    *row = 0;
    if (relive->num_people > 0)
        PW_TRY(pw_reader_load_whole(relive->reader, "/persons/key", &field, &keys));
    while (*row < relive->num_people && (uint64_t) keys[*row] != key)
        ++*row;
    if (*row == relive->num_people)
        PW_FAIL(PW_EVERDICT, "%s: nobody on file has the key %lld", pw_reader_path(relive->reader),
            (long long) (int64_t) key);
done:
    pw_field_free(&field);
    pw_free(&keys);
    return status;
}
