/* SPDX-License-Identifier: MIT */
#include "pathways/world.h"

#include <string.h>

#include "pathways/alloc.h"
#include "pathways/arrivals.h"
#include "pathways/founders.h"
#include "pathways/market.h"
#include "pathways/numeric.h"
#include "pathways/parallel.h"
#include "pathways/schedule.h"

#define PEOPLE_A_SHARD 25000
/* Rows of the dead are removed when they are more than one in this many. */
#define DEAD_SHARE 16
/* Memory is estimated within a fifth: what is beyond that is certainly too much. */
#define MOST_OF_AVAILABLE 1.2

int
pw_world_num_shards(const struct pw_scenario *scenario)
{
    const int64_t shards = (scenario->run.persons + PEOPLE_A_SHARD / 2) / PEOPLE_A_SHARD;

    if (scenario->run.shards > 0) return scenario->run.shards;
    return shards < 1 ? 1 : (int) shards;
}

static size_t
bytes_a_row(void)
{
    const struct pw_column_info *columns = pw_columns_table();
    size_t bytes = 0;

    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        bytes += columns[c].size;
    return bytes;
}

/* Applications that a year usually has: most people are in no market. There is room for one of
 * everybody, as nobody can apply twice; what is never used is never touched. */
static size_t
usual_applications(const struct pw_scenario *scenario, size_t rows)
{
    for (int i = 0; i < scenario->num_policies; i++)
        if (pw_lever_enrols(scenario->policies[i].lever)) return rows + 1024;
    return rows / 2 + 1024;
}

double
pw_world_memory(const struct pw_scenario *scenario)
{
    const double rows = 1.25 * (double) scenario->run.persons;

    return rows * (double) bytes_a_row()
           + (double) usual_applications(scenario, (size_t) rows)
                 * (double) sizeof(struct pw_application)
           + (double) pw_world_num_shards(scenario) * 8.0
                 * (double) pw_country_tally_size(scenario);
}

static pw_status
refuse_too_large(const struct pw_scenario *scenario)
{
    const double needed = pw_world_memory(scenario) * pw_parallel_share_here();
    const double available = (double) pw_available_memory();

    if (available > 0.0 && needed > MOST_OF_AVAILABLE * available)
        return pw_status_fail(PW_EMEMORY, __FILE__, __LINE__,
            "%lld people need about %.1f GB of memory and %.1f GB are available; "
            "run fewer people (-n) or use a larger machine",
            (long long) scenario->run.persons, needed / 1e9, available / 1e9);
    return PW_OK;
}

/* Births that next year may bring to a shard, with some to spare: nobody bears more than one, and
 * no age is as fertile as the peak of a normal density. Few populations come near one in twelve. */
static size_t
births_of(const struct pw_world *world, const struct pw_shard *shard)
{
    const struct pw_range fertile = pw_shard_ages(shard, world->year, 14, 44);
    double fertility, peak;

    pw_path_at(&world->scenario->paths[PW_PATH_family_fertility], world->year + 1, &fertility);
    peak = 0.5 * fertility / (double) world->scenario->params.births.age_sd;
    return (size_t) ((double) (fertile.end - fertile.begin) * (peak < 1.0 ? peak : 1.0)) + 256;
}

/* Room for everything that a year may append or list, with some to spare. */
static pw_status
reserve_year(struct pw_world *world, size_t s)
{
    pw_status status = PW_OK;
    struct pw_shard *shard = &world->shards[s];
    const size_t usual = shard->num_rows / 12 + 256, births = births_of(world, shard);
    const size_t rows = shard->num_rows + (births > usual ? births : usual)
                        + pw_arrivals_count(&world->country, world->year + 1, shard->index,
                            world->country.num_shards);

    if (rows > shard->capacity) PW_TRY(pw_shard_reserve(shard, rows + rows / 16));
    PW_TRY(pw_shard_reserve_applications(shard, shard->capacity));
done:
    return status;
}

struct founding {
    struct pw_world *world;
};

static void
found_shard(void *context, size_t s)
{
    struct pw_world *world = ((const struct founding *) context)->world;

    pw_founders_settle(&world->country, &world->shards[s], world->country.num_shards);
}

/*
 * Rows that a shard is likely to need over the whole run, so that it need not grow, which costs
 * more than a year: residents at their most, and a quarter for the dead and those who wait abroad.
 * Room that is never used is never touched and costs nothing.
 */
static size_t
likely_rows(const struct pw_world *world)
{
    const struct pw_path *path = &world->scenario->paths[PW_PATH_population_residents];
    double residents, most = 0.0;

    for (int year = world->first_year; year <= world->last_year; year++) {
        pw_path_at(path, year, &residents);
        most = residents > most ? residents : most;
    }
    return (size_t) (1.25 * most / world->country.people_each / (double) world->country.num_shards)
           + 256;
}

static pw_status
init_shard(struct pw_world *world, size_t s, size_t index)
{
    pw_status status = PW_OK;
    struct pw_shard *shard = &world->shards[s];
    const size_t founders =
        pw_founders_rows(&world->country, (int) index, world->country.num_shards);
    const size_t likely = likely_rows(world);

    PW_TRY(pw_shard_init(shard, (int) index, world->first_year - PW_MAX_AGE, world->last_year));
    PW_TRY(pw_shard_reserve(shard, founders > likely ? founders : likely));
    PW_TRY(pw_shard_reserve_tally(shard, pw_country_tally_size(world->scenario)));
done:
    return status;
}

static PW_KERNEL void
count_states(const struct pw_shard *shard, int64_t *present, int64_t *gone)
{
    const uint8_t *state = shard->state;
    uint32_t here = 0, left = 0;

    for (size_t i = 0; i < shard->num_rows; i++) {
        here += pw_state_is_present(state[i]);
        left += (state[i] == PW_DEAD) | (state[i] == PW_EMIGRATED);
    }
    *present = here;
    *gone = left;
}

static void
count_persons(struct pw_world *world)
{
    world->persons = 0;
    for (size_t s = 0; s < world->num_shards; s++) {
        int64_t present, gone;

        count_states(&world->shards[s], &present, &gone);
        world->persons += present;
    }
    pw_parallel_sum(&world->persons, 1);
}

pw_status
pw_world_init_empty(struct pw_world *world, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    const size_t all = (size_t) pw_world_num_shards(scenario);
    const size_t first = pw_parallel_share(all, pw_parallel_rank(), pw_parallel_ranks());
    const size_t end = pw_parallel_share(all, pw_parallel_rank() + 1, pw_parallel_ranks());

    memset(world, 0, sizeof *world);
    PW_TRY(refuse_too_large(scenario));
    world->scenario = scenario;
    world->num_shards = end - first;
    world->first_year = scenario->run.history_from;
    world->last_year = scenario->run.start_year + scenario->run.years - 1;
    world->year = world->first_year - 1;
    PW_TRY(pw_country_init(&world->country, scenario));
    world->country.num_shards = (int) all;
    PW_TRY(pw_alloc(all, sizeof *world->numbers, &world->numbers));
    PW_TRY(pw_alloc(world->num_shards, sizeof *world->shards, &world->shards));
    for (size_t s = 0; s < world->num_shards; s++)
        PW_TRY(init_shard(world, s, first + s));
    pw_country_open_year(&world->country, world->first_year);
    world->year = world->first_year;
done:
    return status;
}

pw_status
pw_world_init(struct pw_world *world, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    struct founding founding = { world };

    PW_TRY(pw_parallel_agree(pw_world_init_empty(world, scenario)));
    /* The founders stand at the end of the first year. */
    pw_parallel_for(world->num_shards, found_shard, &founding);
    count_persons(world);
done:
    return status;
}

pw_status
pw_world_make_room(struct pw_world *world, size_t s, size_t num_rows)
{
    pw_status status = PW_OK;
    struct pw_shard *shard = &world->shards[s];

    PW_TRY(pw_shard_reserve(shard, num_rows));
    PW_TRY(pw_shard_reserve_applications(shard, shard->capacity));
done:
    return status;
}

void
pw_world_free(struct pw_world *world)
{
    for (size_t s = 0; world->shards != NULL && s < world->num_shards; s++)
        pw_shard_free(&world->shards[s]);
    pw_free(&world->shards);
    pw_free(&world->seconds);
    pw_free(&world->numbers);
    if (world->scenario != NULL) pw_country_free(&world->country);
    memset(world, 0, sizeof *world);
}

pw_status
pw_world_time_processes(struct pw_world *world)
{
    return pw_alloc(pw_schedule_length(), sizeof *world->seconds, &world->seconds);
}

bool
pw_world_has_next(const struct pw_world *world)
{
    return world->year < world->last_year;
}

/* The room for compaction is that of the applications, which the year before has reserved. */
static void
bury_dead(void *context, size_t s)
{
    struct pw_shard *shard = &((const struct pw_world *) context)->shards[s];
    int64_t present, gone;

    count_states(shard, &present, &gone);
    if (gone * DEAD_SHARE > (int64_t) shard->num_rows) PW_BUG_IF(pw_shard_compact(shard) != PW_OK);
}

/* Bury the dead, make room, and turn to the next year. */
static pw_status
turn_year(struct pw_world *world)
{
    pw_status status = PW_OK;

    pw_parallel_for(world->num_shards, bury_dead, world);
    for (size_t s = 0; s < world->num_shards; s++)
        PW_TRY(reserve_year(world, s));
    world->year++;
done:
    return status;
}

pw_status
pw_world_begin_year(struct pw_world *world)
{
    pw_status status = PW_OK;

    PW_TRY(pw_parallel_agree(turn_year(world)));
    pw_schedule_open_year(&world->country, world->year);
done:
    return status;
}

void
pw_world_end_year(struct pw_world *world)
{
    count_persons(world);
    world->person_years += world->persons;
}

pw_status
pw_world_step(struct pw_world *world)
{
    pw_status status = PW_OK;

    PW_TRY(pw_parallel_agree(turn_year(world)));
    pw_schedule_run_year(
        &world->country, world->shards, world->num_shards, world->year, world->seconds);
    pw_world_end_year(world);
done:
    return status;
}

pw_status
pw_world_verify(const struct pw_world *world)
{
    pw_status status = PW_OK;

    for (size_t s = 0; s < world->num_shards; s++)
        PW_TRY(pw_shard_verify(&world->shards[s]));
done:
    return status;
}

struct digesting {
    const struct pw_world *world;
};

static void
digest_shard(void *context, size_t s)
{
    const struct pw_world *world = ((const struct digesting *) context)->world;
    const struct pw_shard *shard = &world->shards[s];

    world->numbers[shard->index] = (int64_t) pw_shard_digest(shard);
}

uint64_t
pw_world_digest(const struct pw_world *world)
{
    struct digesting digesting = { world };
    const size_t all = (size_t) world->country.num_shards;
    uint64_t digest = 0;

    memset(world->numbers, 0, all * sizeof *world->numbers);
    pw_parallel_for(world->num_shards, digest_shard, &digesting);
    pw_parallel_sum(world->numbers, all); /* every other rank has put a zero */
    for (size_t s = 0; s < all; s++)
        digest = (digest ^ (uint64_t) world->numbers[s]) * 0x9E3779B97F4A7C15u;
    return digest;
}
