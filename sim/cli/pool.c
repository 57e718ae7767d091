/*
 * SPDX-License-Identifier: MIT
 */
#include "pool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pathways/log.h"

/* In the new process; never returns. */
static _Noreturn void
become(int (*work)(void *context), void *context, pid_t parent)
{
    sigset_t set;
    int code;

    (void) prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(128 + SIGTERM); /* it has ended already */
    (void) sigemptyset(&set);
    (void) sigaddset(&set, SIGCHLD);
    (void) sigprocmask(SIG_UNBLOCK, &set, NULL);
    code = work(context);
    (void) fflush(stdout);
    (void) fflush(stderr);
    _exit(code); /* what the first process does at its end is not for this one */
}

pw_status
cli_pool_start(struct cli_pool *pool, size_t tag, int (*work)(void *context), void *context)
{
    pw_status status = PW_OK;
    const pid_t parent = getpid();
    sigset_t set;
    pid_t pid;
    int slot = 0;

    PW_BUG_IF(pool->size > CLI_MAX_JOBS || pool->count >= pool->size);
    (void) sigemptyset(&set);
    (void) sigaddset(&set, SIGCHLD);
    (void) sigprocmask(SIG_BLOCK, &set, NULL); /* so that none is missed before cli_pool_wait */
    (void) fflush(NULL);
    pid = fork();
    if (pid < 0) PW_FAIL(PW_EIO, "a process could not be started: %s", strerror(errno));
    if (pid == 0) become(work, context, parent);
    while (pool->pids[slot] != 0)
        slot++;
    pool->pids[slot] = pid;
    pool->tags[slot] = tag;
    pool->count++;
done:
    return status;
}

/* Has one ended? */
static bool
reap(struct cli_pool *pool, struct cli_pool_end *end)
{
    for (int slot = 0; slot < pool->size; slot++) {
        int state = 0;

        if (pool->pids[slot] == 0 || waitpid(pool->pids[slot], &state, WNOHANG) == 0) continue;
        *end = (struct cli_pool_end){ .tag = pool->tags[slot],
            .has_exited = WIFEXITED(state),
            .code = WIFEXITED(state) ? WEXITSTATUS(state) : WTERMSIG(state) };
        pool->pids[slot] = 0;
        pool->count--;
        return true;
    }
    return false;
}

bool
cli_pool_wait(struct cli_pool *pool, double seconds, struct cli_pool_end *end)
{
    const double begin = pw_seconds();
    sigset_t set;

    (void) sigemptyset(&set);
    (void) sigaddset(&set, SIGCHLD);
    while (!reap(pool, end)) {
        const double left = seconds < 0.0 ? 3600.0 : seconds - (pw_seconds() - begin);
        const struct timespec time = { .tv_sec = (time_t) left,
            .tv_nsec = (long) (1e9 * (left - (double) (time_t) left)) };

        if (left <= 0.0) return false;
        if (sigtimedwait(&set, NULL, &time) < 0 && errno == EINTR) return reap(pool, end);
    }
    return true;
}

void
cli_pool_signal(const struct cli_pool *pool, int number)
{
    for (int slot = 0; slot < pool->size; slot++)
        if (pool->pids[slot] != 0) (void) kill(pool->pids[slot], number);
}
