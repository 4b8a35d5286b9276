/* share_replay: share, and newcomers get the newest values first. See weir/sharing.h. */
#include <weir/sharing.h>

weir_observable *weir_share_replay(weir_observable *source, size_t count, weir_duration window)
{
	return weir_share(source, &(weir_share_options){
					  .kind = WEIR_SHARE_REPLAY,
					  .count = count,
					  .window = window,
					  .keep_after_complete = true,
				  });
}
