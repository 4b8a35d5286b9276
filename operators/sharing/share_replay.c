/* share_replay: share, and newcomers get the newest values first. See weir/sharing.h. */
#include <weir/sharing.h>

weir_observable *weir_share_replay(weir_observable *source, const weir_share_replay_options *options)
{
	static const weir_share_replay_options defaults = { 0 };
	const weir_share_replay_options *given = options != NULL ? options : &defaults;

	return weir_share(
		source, &(weir_share_options){
				.connector = { WEIR_CONNECTOR_REPLAY, given->count, given->window, weir_nil() },
				.keep_after_complete = true,
				.keep_at_zero = !given->ref_count,
			});
}
