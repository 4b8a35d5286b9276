/* observe_on where there is no other loop. Over two loops it is tested in tests/src/kit/hand_off_test.c, with threads in
 * tests/threads/doors_test.c. */
#include <weir/threads.h>

#include "kit/conformance.h"
#include "kit/same_loop.h"

static weir_observable *build(weir_observable *source)
{
	return weir_observe_on(source, NULL);
}

const struct conformance_subject conformance_subject = { .name = "observe_on", .build = build };

Test(observe_on, on_the_same_loop_signals_come_in_a_later_turn)
{
	same_loop_signals_come_in_a_later_turn(weir_observe_on);
}

Test(observe_on, on_the_same_loop_nothing_is_delivered_before_subscribing_returns)
{
	same_loop_nothing_is_delivered_before_subscribing_returns(weir_observe_on);
}

Test(observe_on, demand_is_passed_on)
{
	same_loop_demand_is_passed_on(weir_observe_on);
}

Test(observe_on, bad_arguments)
{
	same_loop_bad_arguments(weir_observe_on);
}
