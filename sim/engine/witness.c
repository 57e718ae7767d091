/* SPDX-License-Identifier: MIT */
#include "pathways/witness.h"

#include <string.h>

#include "pathways/push.h"
#include "pathways/schedule.h"

struct pw_whereabouts
pw_witness_find(const struct pw_world *world, uint64_t key)
{
    for (size_t s = 0; s < world->num_shards; s++)
        for (size_t i = 0; i < world->shards[s].num_rows; i++)
            if (world->shards[s].key[i] == key)
                return (struct pw_whereabouts){ .is_found = true, .shard = s, .row = i };
    return (struct pw_whereabouts){ .is_found = false };
}

pw_columns
pw_witness_changed(const struct pw_person *before, const struct pw_person *after)
{
    pw_columns changed = 0;

#define COLUMN(name, type, missing, unit, about)                                                   \
    if (memcmp(&before->name, &after->name, sizeof before->name) != 0) changed |= PW_SET(name);
#include "pathways/columns.def"
    return changed;
}

struct telling {
    const struct pw_world *world;
    struct pw_note *note;
};

/* What policies push while a process decides, each on its own. */
static void
note_felt(const struct pw_world *world, const struct pw_process *process, struct pw_note *note)
{
    const struct pw_country *country = &world->country;
    const struct pw_shard *shard = &world->shards[note->at.shard];
    const size_t row = note->at.row;
    const int age = world->year - pw_shard_birth_year(shard, row);

    note->num_felt = 0;
    for (int c = 0; c < PW_NUM_CHANNELS; c++) {
        const enum pw_channel channel = (enum pw_channel) c;

        if (!pw_is_pushed(country, channel)
            || strcmp(pw_channel_info(channel)->process, process->name) != 0)
            continue;
        for (int p = 0; p < country->scenario->num_policies; p++) {
            const float amount = pw_push_by(country, p, shard, channel, age, row);

            if (amount == 0.0f || note->num_felt == PW_MAX_FELT) continue;
            note->felt[note->num_felt++] = (struct pw_felt){ p, channel, amount };
        }
    }
}

static void
look(void *context, int pass)
{
    const struct telling *telling = context;
    struct pw_note *note = telling->note;
    const struct pw_process *process = pw_schedule[note->process];
    const struct pw_shard *shard = &telling->world->shards[note->at.shard];

    if (!note->was_there || !pw_state_is_present(shard->state[note->at.row])) return;
    note_felt(telling->world, process, note);
    if (process->tell == NULL || note->num_told == PW_MAX_TOLD) return;
    if (process->tell(
            &telling->world->country, shard, note->at.row, pass, &note->told[note->num_told])) {
        note->pass[note->num_told] = pass;
        note->num_told++;
    }
}

void
pw_witness_process(struct pw_world *world, size_t process, uint64_t key, struct pw_whereabouts at,
    struct pw_note *note)
{
    struct telling telling = { world, note };
    const struct pw_onlooker onlooker = { look, &telling };

    memset(note, 0, sizeof *note);
    note->process = process;
    note->at = at;
    note->was_there = at.is_found;
    if (at.is_found) note->before = pw_shard_person(&world->shards[at.shard], at.row);
    pw_schedule_run_process(&world->country, world->shards, world->num_shards, process, &onlooker);
    /* Rows stay where they are within a year, and only these processes make new ones. */
    if (!at.is_found && (pw_schedule[process]->writes & PW_SET(key)) != 0)
        note->at = pw_witness_find(world, key);
    note->is_there = note->at.is_found;
    if (!note->is_there) return;
    note->after = pw_shard_person(&world->shards[note->at.shard], note->at.row);
    note->changed = note->was_there ? pw_witness_changed(&note->before, &note->after)
                                    : ((pw_columns) 1 << PW_NUM_COLUMNS) - 1;
}
