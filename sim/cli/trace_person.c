/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "joined.h"
#include "pathways/alloc.h"
#include "trace.h"

/* At random somebody is taken who is old enough for a story. */
#define GROWN_UP 30
/* Rows of trajectories that are read together. */
#define CHUNK 4096

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

/* Keep those whose states on file differ between the two runs. Rows of both are in order of birth,
 * so that people near each other in one are near in the other; states are read a chunk at a time.
 */
static pw_status
keep_parted(const struct cli_relive *one, const struct cli_relive *other, bool *chosen)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };
    struct cli_joined joined = { 0 };
    int64_t *states = NULL, *other_states = NULL;
    bool *parted = NULL;
    const size_t years = (size_t) one->record_years;

    if (one->record_years == 0 || other->record_years != one->record_years
        || other->record_from != one->record_from)
        PW_FAIL(PW_EUSAGE, "--parted needs two files that record the same years");
    PW_TRY(cli_joined_make(one, other, &joined));
    PW_TRY(pw_alloc(one->num_people, sizeof *parted, &parted));
    PW_TRY(pw_alloc(CHUNK * years, sizeof *states, &states));
    PW_TRY(pw_reader_load_whole(other->reader, "/trajectories/state", &field, &other_states));
    for (size_t begin = 0, j = 0; j < joined.count; begin += CHUNK) {
        const size_t rest = one->num_people - begin, end = begin + (rest < CHUNK ? rest : CHUNK);

        PW_TRY(
            pw_reader_read_whole(one->reader, "/trajectories/state", begin, end - begin, states));
        for (; j < joined.count && joined.row[0][j] < end; j++)
            parted[joined.row[0][j]] =
                memcmp(&states[(joined.row[0][j] - begin) * years],
                    &other_states[joined.row[1][j] * years], years * sizeof *states)
                != 0;
    }
    for (size_t i = 0; i < one->num_people; i++)
        chosen[i] &= parted[i];
done:
    cli_joined_free(&joined);
    pw_free(&parted);
    pw_free(&states);
    pw_free(&other_states);
    pw_field_free(&field);
    return status;
}

pw_status
cli_trace_choose(const struct cli_trace_request *request, const struct cli_story *stories,
    size_t count, uint64_t *key)
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
