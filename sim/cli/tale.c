/* SPDX-License-Identifier: MIT */
#include "tale.h"

#include "pathways/alloc.h"

pw_status
cli_tale_add_year(struct cli_tale *tale, int year)
{
    pw_status status = PW_OK;

    if (tale->num_years == tale->capacity) {
        const size_t capacity = tale->capacity == 0 ? 128 : 2 * tale->capacity;

        PW_TRY(pw_grow(tale->capacity, capacity, sizeof *tale->years, &tale->years));
        tale->capacity = capacity;
    }
    tale->years[tale->num_years++] = (struct cli_year){ .year = year };
done:
    return status;
}

pw_status
cli_tale_add_event(
    struct cli_tale *tale, const char *process, struct pw_text *text, struct pw_text *json)
{
    pw_status status = PW_OK;
    struct cli_year *year = &tale->years[tale->num_years - 1];
    struct cli_event *event = NULL;

    if (text->length == 0) goto done;
    if (year->num_events == year->capacity) {
        const size_t capacity = year->capacity == 0 ? 8 : 2 * year->capacity;

        PW_TRY(pw_grow(year->capacity, capacity, sizeof *year->events, &year->events));
        year->capacity = capacity;
    }
    event = &year->events[year->num_events++];
    *event = (struct cli_event){ .process = process };
    PW_TRY(pw_strdup(text->bytes, &event->text));
    PW_TRY(pw_strdup(json->length == 0 ? "" : json->bytes, &event->json));
done:
    pw_text_free(text);
    pw_text_free(json);
    return status;
}

pw_status
cli_tale_add_relative(struct cli_tale *tale, const char *kin, uint64_t key, int year)
{
    pw_status status = PW_OK;

    if (tale->num_relatives == tale->relative_capacity) {
        const size_t capacity = tale->relative_capacity + 16;

        PW_TRY(
            pw_grow(tale->relative_capacity, capacity, sizeof *tale->relatives, &tale->relatives));
        tale->relative_capacity = capacity;
    }
    tale->relatives[tale->num_relatives++] = (struct cli_relative){ kin, key, year };
done:
    return status;
}

pw_status
cli_tale_add_reach(struct cli_tale *tale, const struct pw_felt *felt, int year)
{
    pw_status status = PW_OK;
    struct cli_reach *reach = NULL;
    size_t r = 0;

    while (
        r < tale->num_reaches
        && (tale->reaches[r].policy != felt->policy || tale->reaches[r].channel != felt->channel))
        r++;
    if (r == tale->reach_capacity) {
        const size_t capacity = tale->reach_capacity + 16;

        PW_TRY(pw_grow(tale->reach_capacity, capacity, sizeof *tale->reaches, &tale->reaches));
        tale->reach_capacity = capacity;
    }
    reach = &tale->reaches[r];
    if (r == tale->num_reaches) {
        *reach = (struct cli_reach){
            .policy = felt->policy, .channel = felt->channel, .first_year = year
        };
        tale->num_reaches++;
    }
    if (reach->last_year != year) {
        reach->num_years++;
        reach->sum += (double) felt->amount;
    }
    reach->last_year = year;
done:
    return status;
}

void
cli_tale_free(struct cli_tale *tale)
{
    for (size_t y = 0; y < tale->num_years; y++) {
        struct cli_year *year = &tale->years[y];

        for (size_t e = 0; e < year->num_events; e++) {
            pw_free(&year->events[e].text);
            pw_free(&year->events[e].json);
        }
        pw_free(&year->events);
        pw_free(&year->doing);
        pw_free(&year->where);
    }
    pw_free(&tale->years);
    pw_free(&tale->reaches);
    pw_free(&tale->relatives);
    *tale = (struct cli_tale){ 0 };
}
