/*
 * Where two lives part and why: the policy itself, a market, the family, or the country around.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "pathways/parting.h"
#include "pathways/push.h"
#include "pathways/schedule.h"
#include "trace.h"
#include "words.h"

static enum pw_column
first_column(pw_columns columns)
{
    int c = 0;

    while (!(columns >> c & 1))
        c++;
    return (enum pw_column) c;
}

/* --- Why --- */

/* A policy that pushes in one world and not, or otherwise, in the other. */
static pw_status
explain_push(struct pw_text *why, const struct cli_story *stories, size_t one)
{
    pw_status status = PW_OK;
    const struct pw_note *note = &stories[one].teller.note;
    const struct pw_note *other = &stories[1 - one].teller.note;
    const struct pw_policy *policies = stories[one].run.scenario.policies;
    const struct pw_policy *other_policies = stories[1 - one].run.scenario.policies;

    for (int f = 0; f < note->num_felt && why->length == 0; f++) {
        const struct pw_felt *felt = &note->felt[f];
        bool is_shared = false;

        for (int g = 0; g < other->num_felt; g++)
            is_shared =
                is_shared
                || (other->felt[g].channel == felt->channel && other->felt[g].amount == felt->amount
                    && strcmp(
                           policies[felt->policy].name, other_policies[other->felt[g].policy].name)
                           == 0);
        if (is_shared) continue;
        PW_TRY(pw_text_add(why, " In %s the policy \"%s\" acts on this person: %s, %+.3g %s.",
            stories[one].label, policies[felt->policy].name, pw_channel_info(felt->channel)->about,
            (double) felt->amount, pw_channel_info(felt->channel)->unit));
    }
done:
    return status;
}

/* What a policy of one world pushes a person with, through any channel; 0 without such a policy. */
static float
push_of(const struct cli_story *story, const char *policy, enum pw_channel channel)
{
    const struct pw_world *world = &story->run.world;
    const struct pw_shard *shard = &world->shards[story->teller.at.shard];
    const size_t row = story->teller.at.row;

    for (int p = 0; p < story->run.scenario.num_policies; p++)
        if (strcmp(story->run.scenario.policies[p].name, policy) == 0)
            return pw_push_by(&world->country, p, shard, channel,
                world->year - pw_shard_birth_year(shard, row), row);
    return 0.0f;
}

/* A policy that acts on the person somewhere, if not in this process. */
static pw_status
explain_any_push(struct pw_text *why, const struct cli_story *stories, size_t one)
{
    pw_status status = PW_OK;
    const struct pw_scenario *scenario = &stories[one].run.scenario;

    for (int p = 0; p < scenario->num_policies && why->length == 0; p++)
        for (int c = 0; c < PW_NUM_CHANNELS && why->length == 0; c++) {
            const enum pw_channel channel = (enum pw_channel) c;
            const char *name = scenario->policies[p].name;
            const float amount = push_of(&stories[one], name, channel);

            if (amount == 0.0f || amount == push_of(&stories[1 - one], name, channel)) continue;
            PW_TRY(pw_text_add(why,
                " In %s the policy \"%s\" acts on this person this year: %s, %+.3g %s.",
                stories[one].label, name, pw_channel_info(channel)->about, (double) amount,
                pw_channel_info(channel)->unit));
        }
done:
    return status;
}

/* A policy that enrols in one world only. */
static pw_status
explain_enrolment(struct pw_text *why, const struct cli_story *stories, size_t one)
{
    pw_status status = PW_OK;
    const struct pw_person *after = &stories[one].teller.note.after;
    const struct pw_person *other = &stories[1 - one].teller.note.after;
    const struct pw_scenario *scenario = &stories[one].run.scenario;
    const struct pw_scenario *other_scenario = &stories[1 - one].run.scenario;

    for (int p = 0; p < scenario->num_policies && why->length == 0; p++) {
        bool has_other = false;

        if (!(after->enrolled >> p & 1)) continue;
        for (int q = 0; q < other_scenario->num_policies; q++)
            has_other =
                has_other
                || (other->enrolled >> q & 1
                    && strcmp(other_scenario->policies[q].name, scenario->policies[p].name) == 0);
        if (!has_other)
            PW_TRY(pw_text_add(why, " In %s the policy \"%s\" enrols this person.",
                stories[one].label, scenario->policies[p].name));
    }
done:
    return status;
}

/* " in base.h5 about 1,170 places, 0.62 was needed and this person had -0.15" */
static pw_status
add_tightness(struct pw_text *why, const struct cli_story *story, const struct pw_door *door)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(why, " in %s ", story->label));
    if (door->places <= 0) {
        PW_TRY(pw_text_add(why, "there was no place"));
        goto done;
    }
    PW_TRY(pw_text_add(why, "there were about "));
    PW_TRY(cli_words_count(why, (double) door->places * story->run.world.country.people_each));
    PW_TRY(isinf(door->cutoff)
               ? pw_text_add(why, " places, enough for all who asked")
               : pw_text_add(why, " places, %.2f was needed and this person had %.2f", door->cutoff,
                   door->score));
done:
    return status;
}

/* A market that is tighter in one world: the same standing is worth less. */
static pw_status
explain_doors(struct pw_text *why, const struct cli_story *stories)
{
    pw_status status = PW_OK;
    const struct pw_note *one = &stories[0].teller.note, *other = &stories[1].teller.note;

    for (int t = 0; t < one->num_told && t < other->num_told && why->length == 0; t++)
        for (int d = 0; d < one->told[t].num_doors && d < other->told[t].num_doors; d++) {
            const struct pw_door *a = &one->told[t].door[d], *b = &other->told[t].door[d];
            const bool in_one = one->told[t].admitted == d, in_other = other->told[t].admitted == d;

            if (strcmp(a->name, b->name) != 0 || one->pass[t] != other->pass[t]
                || in_one == in_other)
                continue;
            PW_TRY(pw_text_add(why, " A market decided, %s%s%s:", a->name,
                a->where == NULL ? "" : " in ", a->where == NULL ? "" : a->where));
            PW_TRY(add_tightness(why, &stories[0], a));
            PW_TRY(pw_text_add(why, ";"));
            PW_TRY(add_tightness(why, &stories[1], b));
            PW_TRY(pw_text_add(why, "."));
            goto done;
        }
done:
    return status;
}

/* A relative whose life had parted already. */
static pw_status
explain_family(struct pw_text *why, const struct cli_story *stories)
{
    static const char *const kin[3] = { "mother", "father", "partner" };
    pw_status status = PW_OK;
    const struct pw_shard *shard[2];
    int32_t rows[2][3];

    for (int s = 0; s < 2; s++) {
        const struct pw_whereabouts *at = &stories[s].teller.at;

        shard[s] = &stories[s].run.world.shards[at->shard];
        rows[s][0] = shard[s]->mother[at->row];
        rows[s][1] = shard[s]->father[at->row];
        rows[s][2] = shard[s]->partner[at->row];
    }
    for (int k = 0; k < 3 && why->length == 0; k++) {
        pw_columns differ;
        struct pw_person person[2];
        enum pw_column column;

        if (rows[0][k] == PW_NOBODY || rows[1][k] == PW_NOBODY
            || shard[0]->key[rows[0][k]] != shard[1]->key[rows[1][k]])
            continue;
        differ = pw_parting_columns(shard[0], (size_t) rows[0][k], shard[1], (size_t) rows[1][k]);
        /* What can be seen of the relative says more than what cannot. */
        if (differ & (CLI_VISIBLE & ~PW_SET(partner))) differ &= CLI_VISIBLE & ~PW_SET(partner);
        if (differ == 0) continue;
        column = first_column(differ);
        PW_TRY(pw_text_add(
            why, " The %s's life had parted already: %s ", kin[k], cli_words_column(column)));
        for (int s = 0; s < 2; s++) {
            person[s] = pw_shard_person(shard[s], (size_t) rows[s][k]);
            PW_TRY(cli_words_value(why, &stories[s].run.scenario, shard[s], &person[s], column));
            PW_TRY(pw_text_add(why, s == 0 ? " in %s and " : " in %s.", stories[s].label));
        }
    }
done:
    return status;
}

/* Why two lives part here: the policy itself, a market, the family, or the country around. */
static pw_status
explain(
    struct cli_parting *parting, const struct cli_story *stories, const struct cli_parting *before)
{
    pw_status status = PW_OK;
    struct pw_text *why = &parting->why;
    struct pw_parting_count count;

    for (size_t s = 0; s < 2; s++)
        PW_TRY(explain_enrolment(why, stories, 1 - s));
    if (why->length == 0) PW_TRY(explain_doors(why, stories));
    for (size_t s = 0; s < 2 && why->length == 0; s++)
        PW_TRY(explain_push(why, stories, 1 - s));
    if (why->length == 0 && stories[0].teller.at.is_found && stories[1].teller.at.is_found)
        PW_TRY(explain_family(why, stories));
    for (size_t s = 0; s < 2 && why->length == 0 && stories[0].teller.at.is_found
                       && stories[1].teller.at.is_found;
         s++)
        PW_TRY(explain_any_push(why, stories, 1 - s));
    if (why->length == 0) {
        PW_TRY(pw_parting_count(&stories[0].run.world, &stories[1].run.world, &count));
        if (count.visibly == 0)
            PW_TRY(pw_text_add(why,
                " It comes from what is reckoned for the country as a whole: %lld of %lld "
                "simulated people differ in something, and nobody does anything else so far.",
                (long long) count.differ, (long long) count.both));
        else
            PW_TRY(pw_text_add(why,
                " It comes from others: by now %lld of %lld simulated people do something else or "
                "live elsewhere, which reaches this one through places, jobs, prices and what is "
                "seen "
                "around.",
                (long long) count.visibly, (long long) count.both));
    }
    if (before != NULL && before->is_found && before->year < parting->year)
        PW_TRY(pw_text_add(why, " Small differences had gone before, since %d.", before->year));
done:
    return status;
}

/* --- Where --- */

pw_status
cli_trace_watch(const struct cli_story *stories, pw_columns columns, size_t process,
    struct cli_parting *parting, const struct cli_parting *before)
{
    pw_status status = PW_OK;
    const struct cli_teller *one = &stories[0].teller, *other = &stories[1].teller;
    const struct pw_shard *shard[2] = { &stories[0].run.world.shards[one->at.shard],
        &stories[1].run.world.shards[other->at.shard] };
    struct pw_person person[2];
    pw_columns differ = 0;
    struct pw_text *values[2] = { &parting->one, &parting->other };

    if (parting->is_found || (!one->at.is_found && !other->at.is_found)) goto done;
    if (one->at.is_found && other->at.is_found)
        differ = columns & pw_parting_columns(shard[0], one->at.row, shard[1], other->at.row);
    else
        differ = PW_SET(key);
    if (differ == 0) goto done;
    parting->is_found = true;
    parting->year = stories[0].run.world.year;
    parting->age =
        parting->year - (one->tale.is_known ? one->tale.birth_year : other->tale.birth_year);
    parting->process = pw_schedule[process]->name;
    parting->column = first_column(differ);
    for (int s = 0; s < 2; s++) {
        const struct pw_whereabouts *at = &stories[s].teller.at;

        if (!at->is_found) {
            PW_TRY(pw_text_add(values[s], "of nobody (not born)"));
            continue;
        }
        person[s] = pw_shard_person(shard[s], at->row);
        PW_TRY(cli_words_value(
            values[s], &stories[s].run.scenario, shard[s], &person[s], parting->column));
    }
    if (strcmp(parting->one.bytes, parting->other.bytes) == 0)
        for (int s = 0; s < 2; s++) {
            pw_text_free(values[s]);
            PW_TRY(cli_words_exact(values[s], &person[s], parting->column));
        }
    PW_TRY(explain(parting, stories, before));
done:
    return status;
}
