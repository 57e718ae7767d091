/* SPDX-License-Identifier: MIT */
#include "pathways/job_loss.h"

#include "small_world.h"

TestSuite(job_loss);

Test(job_loss, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written = small_check_process(
        &pw_job_loss, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_job_loss.writes, "never wrote %s",
        small_column_name(pw_job_loss.writes & ~written));
}
