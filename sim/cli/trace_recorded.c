/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "pathways/alloc.h"
#include "trace.h"
#include "words.h"

/* A row of a trajectory. @param values [record_years] receives it as stored */
static pw_status
read_trajectory(const struct cli_story *story, const char *name, int64_t *values)
{
    char path[64] = "/trajectories/";

    (void) strncat(path, name, sizeof path - strlen(path) - 1);
    return pw_reader_read_whole(story->run.reader, path, story->row, 1, values);
}

/* --- Beside what was lived --- */

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

pw_status
cli_trace_check(struct cli_story *story)
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

/* --- Told from the file alone --- */

pw_status
cli_trace_recorded(struct cli_story *story, uint64_t key)
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

/* A recorded value in words. */
static pw_status
name_recorded(struct pw_text *text, const struct cli_year *year, enum pw_column column)
{
    if (column == PW_COLUMN_place) return pw_text_add(text, "%s", year->where);
    return pw_text_add(text, "%s",
        cli_words_code((enum pw_code_family) cli_words_family(column),
            (int) cli_words_number(&year->end, column)));
}

pw_status
cli_trace_recorded_parting(const struct cli_story *stories, struct cli_parting *parting)
{
    static const enum pw_column columns[] = { PW_COLUMN_state, PW_COLUMN_place, PW_COLUMN_class,
        PW_COLUMN_qualification };
    pw_status status = PW_OK;
    const struct cli_tale *one = &stories[0].teller.tale, *other = &stories[1].teller.tale;
    /* They may have begun to record in different years. */
    const int later = stories[1].run.record_from - stories[0].run.record_from;
    const size_t skip = later > 0 ? (size_t) later : 0, ahead = later < 0 ? (size_t) -later : 0;

    for (size_t y = 0;
         y + skip < one->num_years && y + ahead < other->num_years && !parting->is_found; y++)
        for (size_t c = 0; c < sizeof columns / sizeof *columns && !parting->is_found; c++) {
            const struct cli_year *a = &one->years[y + skip], *b = &other->years[y + ahead];

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
