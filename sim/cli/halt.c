/*
 * When a run has to stop early.
 *
 * SPDX-License-Identifier: MIT
 */
#include "halt.h"

#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t noted;

static void
note(int number)
{
    if (noted != 0 && number == SIGINT) { /* somebody who does not want to wait */
        (void) signal(SIGINT, SIG_DFL);
        (void) raise(SIGINT);
        return;
    }
    if (noted == 0) noted = number;
}

static void
catch_signal(int number)
{
    struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };

    (void) sigemptyset(&action.sa_mask);
    (void) sigaction(number, &action, NULL);
}

void
cli_halt_catch(void)
{
    struct sigaction before;

    catch_signal(SIGINT);
    catch_signal(SIGTERM);
    catch_signal(SIGUSR1);
    if (sigaction(SIGHUP, NULL, &before) != 0 || before.sa_handler != SIG_IGN) /* nohup */
        catch_signal(SIGHUP);
#ifdef SIGXFSZ
    (void) signal(SIGXFSZ, SIG_IGN);
#endif
}

int
cli_halt_signal(void)
{
    return (int) noted;
}

void
cli_halt_note(int number)
{
    if (noted == 0) noted = number;
}

void
cli_halt_raise(void)
{
    (void) signal(noted, SIG_DFL);
    (void) raise(noted);
}

/* Two digits below 60 after a colon. @return the rest, NULL when it is something else */
static const char *
read_sixtieth(const char *text, double *value)
{
    if (text == NULL || text[0] != ':' || text[1] < '0' || text[1] > '5' || text[2] < '0'
        || text[2] > '9')
        return NULL;
    *value = 10 * (text[1] - '0') + (text[2] - '0');
    return text + 3;
}

pw_status
cli_halt_read_time(const char *option, const char *text, double *seconds)
{
    enum { MAX_HOUR_DIGITS = 5 };
    pw_status status = PW_OK;
    const char *rest = text;
    double hours = 0.0, minutes = 0.0, left = 0.0;

    while (*rest >= '0' && *rest <= '9' && rest - text < MAX_HOUR_DIGITS)
        hours = 10.0 * hours + (*rest++ - '0');
    rest = rest == text ? NULL : read_sixtieth(rest, &minutes);
    rest = read_sixtieth(rest, &left);
    *seconds = 3600.0 * hours + 60.0 * minutes + left;
    if (rest == NULL || *rest != '\0' || *seconds <= 0.0)
        PW_FAIL(PW_EUSAGE, "%s: \"%s\" is not a time; write HH:MM:SS, like 03:50:00", option, text);
done:
    return status;
}
