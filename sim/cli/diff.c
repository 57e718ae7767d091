/* SPDX-License-Identifier: MIT */
#include "cli.h"
pw_status
cli_diff(int argc, char **argv)
{
    (void) argc; (void) argv;
    return PW_OK;
}
