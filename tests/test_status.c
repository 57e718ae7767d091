/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/status.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

static pw_status
refuse(int seats)
{
    pw_status status = PW_OK;

    if (seats < 0) PW_FAIL(PW_EINPUT, "seats: %d is negative; give 0 or more", seats);
done:
    return status;
}

static pw_status
refuse_through_a_caller(int seats, int *steps)
{
    pw_status status = PW_OK;

    PW_TRY(refuse(seats));
    *steps += 1;
done:
    *steps += 10;
    return status;
}

Test(status, every_code_has_its_sentence)
{
#define X(name, about) cr_assert_str_eq(pw_status_about(PW_##name), about);
    PW_STATUS_LIST(X)
#undef X
    cr_assert_str_eq(pw_status_about((pw_status) 99), "unknown status");
    cr_assert_str_eq(pw_status_about((pw_status) -1), "unknown status");
}

Test(status, success_leaves_no_message)
{
    cr_assert_eq(refuse(3), PW_OK);
    cr_assert_str_eq(pw_status_message(), "");
}

Test(status, failure_returns_code_and_sentence)
{
    cr_assert_eq(refuse(-2), PW_EINPUT);
    cr_assert(strstr(pw_status_message(), "seats: -2 is negative; give 0 or more") != NULL);
}

Test(status, try_leaves_for_done_only_on_failure)
{
    int steps = 0;

    cr_assert_eq(refuse_through_a_caller(1, &steps), PW_OK);
    cr_assert_eq(steps, 11);
    cr_assert_eq(refuse_through_a_caller(-1, &steps), PW_EINPUT);
    cr_assert_eq(steps, 21);
}

Test(status, message_may_quote_the_message_before_it)
{
    pw_status_fail(PW_EIO, __FILE__, __LINE__, "disk full");
    cr_assert_eq(
        pw_status_fail(PW_EIO, __FILE__, __LINE__, "run.h5: %s", pw_status_message()), PW_EIO);
    cr_assert(strncmp(pw_status_message(), "run.h5: disk full", 17) == 0);
}

Test(status, long_message_is_cut)
{
    char text[6000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    pw_status_fail(PW_EINPUT, __FILE__, __LINE__, "%s", text);
    cr_assert_leq(strlen(pw_status_message()), 4095);
    cr_assert_geq(strlen(pw_status_message()), 4000);
}

static void *
fail_elsewhere(void *unused)
{
    (void) unused;
    pw_status_fail(PW_EIO, __FILE__, __LINE__, "elsewhere");
    return NULL;
}

Test(status, message_belongs_to_one_thread)
{
    pthread_t thread;

    pw_status_fail(PW_EIO, __FILE__, __LINE__, "here");
    cr_assert_eq(pthread_create(&thread, NULL, fail_elsewhere, NULL), 0);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    cr_assert(strncmp(pw_status_message(), "here", 4) == 0);
}

Test(status, kept_promise_goes_on)
{
    PW_BUG_IF(1 + 1 != 2);
}

Test(status, broken_promise_aborts, .signal = SIGABRT)
{
    PW_BUG_IF(1 + 1 == 2);
}
