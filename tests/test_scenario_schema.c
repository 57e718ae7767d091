/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "pathways/alloc.h"
#include "tiny.h"

Test(scenario_schema, the_file_beside_the_scenarios_is_up_to_date)
{
    static char file[1 << 20];
    char *text = NULL;
    FILE *stream = fopen(PW_SOURCE_DIR "/scenarios/scenario.schema.json", "rb");

    cr_assert_not_null(stream);
    file[fread(file, 1, sizeof file - 1, stream)] = '\0';
    (void) fclose(stream);
    cr_assert_eq(pw_scenario_schema(&text), PW_OK);
    cr_assert(strcmp(text, file) == 0, "run: pathways schema > scenarios/scenario.schema.json");
    pw_free(&text);
}

Test(scenario_schema, has_every_name_of_the_tables)
{
    char *text = NULL;
    size_t count = 0;
    int num_inputs = 0;
    const struct pw_param *params = pw_params_table(&count);

    cr_assert_eq(pw_scenario_schema(&text), PW_OK);
    for (size_t k = 0; k < count; k++)
        cr_assert_not_null(strstr(text, params[k].path));
    for (int id = 0; id < PW_NUM_PATHS; id++)
        cr_assert_not_null(strstr(text, pw_path_info((enum pw_path_id) id)->path));
    for (int i = 0; i < PW_NUM_LEVERS; i++)
        cr_assert_not_null(strstr(text, pw_lever_info((enum pw_lever) i)->name));
    for (int family = PW_INPUTS_REGION; family <= PW_INPUTS_PLACE; family++) {
        const struct pw_input_info *inputs = pw_inputs((enum pw_input_family) family, &num_inputs);

        for (int i = 0; i < num_inputs; i++)
            cr_assert_not_null(strstr(text, inputs[i].name));
    }
    pw_free(&text);
}
