/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tiny.h"

Test(scenario_value, unknown_keys_have_a_remedy_also_when_nothing_is_near)
{
    tiny_refused(tiny_layer("\"comment\": \"x\""), "/comment", "its keys are $schema, title, why");
    tiny_refused(tiny_layer("\"_note\": 1"), "/_note", "is not a key of a scenario");
}

Test(scenario_value, texts_are_texts)
{
    tiny_refused(tiny_layer("\"title\": 7"), "/title", "title is a number; a text");
    tiny_refused(tiny_layer("\"why\": \"\""), "/why", "why is empty");
    tiny_refused(tiny_layer("\"sources\": {\"a\": null}"), "/sources/a", "a is null; a text");
    tiny_refused(tiny_layer("\"sources\": []"), "/sources", "an object");
}
