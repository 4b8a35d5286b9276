/** @file
 * THE header of operator authors, the library's and yours.
 *
 * **The contract.** An operator is a `struct weir_node_class` and a constructor that calls weir_extend() (or
 * weir_create_source() for a source). When somebody subscribes, the core lays one node per stage, source first, into one
 * allocation, links their signals, and starts them from the observer towards the source.
 *
 * - *State.* A class with state embeds `struct weir_node` as first member of a bigger struct and says its size; the rest
 *   is zeroed before `start`. `node->config` is the constructor's configuration: shared by all subscriptions, read-only.
 * - *Signals.* `next`, `error`, `complete` come from upstream, serially. **An absent slot means pass it on**, at no cost.
 *   A node owns the value and the error it is given and passes each on or releases it. It speaks downstream by
 *   `weir_emit_*()`.
 * - *One terminal.* After weir_emit_error() or weir_emit_complete() a node is closed: the core stops its resources, calls
 *   `finish` for it and everything upstream of it, source first, and discards what they still emit. Nothing restates it.
 * - *Demand.* See ::weir_demand_mode. A node never emits more than was requested; the core counts where the class says so
 *   and turns excess into an error that names the stage.
 * - *Resources* (timers, inner subscriptions, watched descriptors) are embedded in the node's struct and attached by
 *   their `init`; the core stops them before `finish`, whatever the end was. A terminal that a node does not take ends
 *   it, too, when the stage that takes it has got it.
 * - *`finish`* is the one exit: called exactly once, after the resources have stopped, for error, completion and cancel
 *   alike. It releases what the node holds. Nothing can be emitted in it.
 * - *Liveness.* Any emission may lead to the node's own end. The node's memory stays valid until the slot (or timer
 *   callback) returns, but its held values have gone through `finish`: after emitting in a loop, ask weir_is_open().
 */
#ifndef WEIR_OPERATOR_H
#define WEIR_OPERATOR_H

#include <weir/api.h>
#include <weir/error.h>
#include <weir/loop.h>
#include <weir/observable.h>
#include <weir/time.h>
#include <weir/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The object whose `member` is at `pointer`. */
#define WEIR_CONTAINER_OF(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

struct weir_node;
struct weir_resource;

/** How a class treats demand. */
enum weir_demand_mode {
	/** One item in, at most one out: a request passes upstream, unless `request` does otherwise. Nothing is counted. */
	WEIR_DEMAND_FORWARD,
	/**
	 * The core keeps the outstanding demand in `node->demand` and asks nothing upstream; `request` (if any) acts on it.
	 * It counts what the node emits: a class without `next` is passed by, and what comes from upstream is not counted.
	 */
	WEIR_DEMAND_COUNTED,
	/** As COUNTED, and upstream is asked for everything at the start. */
	WEIR_DEMAND_UNBOUNDED,
};

/**
 * How something that a configuration holds is let go, and made safe for several threads (see weir_across_threads()).
 * Both take the address of the member, which may hold nothing.
 */
struct weir_holding {
	/** The recipe is gone. */
	void (*release)(void *member);
	/** Several threads own the recipe from now on. */
	void (*share)(void *member);
};

/** A weir_value. */
WEIR_API extern const struct weir_holding weir_holds_value;

/** A weir_observable *. */
WEIR_API extern const struct weir_holding weir_holds_observable;

/** A weir_error *. */
WEIR_API extern const struct weir_holding weir_holds_error;

/** Where something is that a configuration holds, and what. */
struct weir_held_member {
	/** From the beginning of the configuration. */
	size_t offset;
	/** NULL: no member. */
	const struct weir_holding *holding;
};

/** @name Members of a configuration
 * For ::weir_node_class::config_holds.
 * @{ */
/** A member of any kind. */
#define WEIR_HOLDS(type, member, how) \
	{ \
		offsetof(type, member), &(how) \
	}
/** A weir_value. */
#define WEIR_HOLDS_VALUE(type, member) WEIR_HOLDS(type, member, weir_holds_value)
/** A weir_observable *. */
#define WEIR_HOLDS_OBSERVABLE(type, member) WEIR_HOLDS(type, member, weir_holds_observable)
/** A weir_error *. */
#define WEIR_HOLDS_ERROR(type, member) WEIR_HOLDS(type, member, weir_holds_error)
/** @} */

/** What an operator is. Designated initialisers; all but `name` may be absent. */
struct weir_node_class {
	/** The public name without prefix: `throttle_time`. */
	const char *name;
	/** Size of the state struct that embeds the node; 0 means no state. */
	size_t size;
	/** Size of the configuration, copied into the recipe by the constructor. */
	size_t config_size;
	/** What a request from downstream does. */
	enum weir_demand_mode demand;
	/**
	 * The subscription begins; upstream has not started unless this calls weir_start_upstream(). Set up and attach
	 * resources here. In the counted modes `node->demand` holds what has been asked for already, and as much may be
	 * emitted; the same arrives at `request` right after.
	 */
	void (*start)(struct weir_node *node);
	/** An item; owned. */
	void (*next)(struct weir_node *node, weir_value value);
	/**
	 * Instead of `next`, where one item becomes one or none: what becomes of `value`, which it consumes. Returns an
	 * owned item, weir_nothing() to pass on none (the core then asks for another), or a value of kind error to end
	 * by. It emits nothing itself. Stages with `step` that follow one another run in one loop, item by item, without
	 * a call from one to the next. Not with ::WEIR_DEMAND_COUNTED.
	 */
	weir_value (*step)(struct weir_node *node, weir_value value);
	/** Several items; each owned, the array borrowed. Must do exactly what `next` for each does. */
	void (*next_batch)(struct weir_node *node, const weir_value *values, size_t count);
	/** Upstream failed; owned. */
	void (*error)(struct weir_node *node, weir_error *error);
	/** Upstream completed. */
	void (*complete)(struct weir_node *node);
	/**
	 * Downstream asks for `count` more (already added to `node->demand` in the counted modes). May be called from
	 * inside the node's own emission. Not called after the node was closed.
	 */
	void (*request)(struct weir_node *node, uint64_t count);
	/** The one exit; see the contract. */
	void (*finish)(struct weir_node *node);
	/** The values, recipes and errors that the configuration owns. */
	struct weir_held_member config_holds[2];
	/** The recipe is gone: release what else the configuration owns. */
	void (*config_destroy)(void *config);
	/**
	 * The loop this stage and all downstream of it must run on, when that is not the one given to weir_subscribe();
	 * NULL result: no wish. Only for sources.
	 */
	weir_loop *(*home)(const void *config);
};

/** A stage at work. Read-only for operators, except where a comment says otherwise. */
struct weir_node {
	/** @cond private: where an item goes: a slot of `next_target`, or the core's counting or discarding stand-in */
	void (*next)(struct weir_node *target, weir_value value);
	struct weir_node *next_target;
	/** @endcond */
	/** The constructor's configuration. */
	const void *config;
	/** The pipeline it is part of. */
	struct weir_subscription *subscription;
	/** In the counted modes: how many more items may be emitted; 0 once closed. */
	uint64_t demand;
	/** @cond private */
	struct weir_node *linked_target;
	struct weir_node *complete_target;
	struct weir_node *request_target;
	struct weir_resource *resources;
	const struct weir_node_class *node_class;
	uint32_t flags;
	uint32_t run; /* of stages with a step: which ones, see core/step.c */
	/** @endcond */
};

/** Something that must stop before its node finishes. Timers, inner subscriptions and the like embed it. */
struct weir_resource {
	/** @cond private */
	struct weir_resource *next;
	/** @endcond */
	/** Called once by the core when the node ends; must leave nothing that could call the node. */
	void (*stop)(struct weir_resource *resource);
};

/** @name Recipes
 *
 * @{ */

/**
 * A recipe that puts a stage behind `source`.
 *
 * @param source  consumed
 * @param config  `config_size` bytes, copied; what it owns is consumed (see `config_holds`), also on failure
 * @return owned; without memory, an observable that fails with ENOMEM
 */
WEIR_API weir_observable *weir_extend(
	weir_observable *source, const struct weir_node_class *node_class, const void *config);

/** A recipe that begins with a stage of its own: as weir_extend() without a source. */
WEIR_API weir_observable *weir_create_source(const struct weir_node_class *node_class, const void *config);

/**
 * What a constructor returns for a wrong argument: an observable that fails with `EINVAL` and the message.
 *
 * @param source  consumed; may be NULL
 * @param stage   static: the operator's name
 * @param format  what was given and what is allowed
 */
WEIR_API weir_observable *weir_reject(weir_observable *source, const char *stage, const char *format, ...)
	WEIR_PRINTF(3, 4);

/** @} */

/** @name Speaking downstream
 *
 * @{ */

/** Emit one item. @param value  consumed */
static inline void weir_emit_next(struct weir_node *node, weir_value value)
{
	node->next(node->next_target, value);
}

/**
 * Emit several items in order.
 *
 * @param values  each consumed, even those that a cancel in the middle makes superfluous; the array stays the caller's
 * @param count   at most `node->demand` in the counted modes; 0: nothing is emitted
 */
WEIR_API void weir_emit_batch(struct weir_node *node, const weir_value *values, size_t count);

/** Whether weir_emit_batch() reaches a stage that takes batches; otherwise emitting one by one is as good. */
WEIR_API bool weir_wants_batches(const struct weir_node *node);

/** End by failure. @param error  consumed */
WEIR_API void weir_emit_error(struct weir_node *node, weir_error *error);

/** End by success. */
WEIR_API void weir_emit_complete(struct weir_node *node);

/** End by failure with an error of this stage: its origin is filled in. @param code  errno or ::weir_error_code */
WEIR_API void weir_emit_failure(struct weir_node *node, int code, const char *format, ...) WEIR_PRINTF(3, 4);

/** End by the failure a user's callback reported. @param failure  consumed; of kind error */
WEIR_API void weir_emit_failed_value(struct weir_node *node, weir_value failure);

/**
 * Emit what a user's callback returned: an item, or the end if it is an error. @param value  consumed
 */
static inline void weir_emit_result(struct weir_node *node, weir_value value)
{
	if (WEIR_UNLIKELY(weir_is_error(value)))
		weir_emit_failed_value(node, value);
	else
		weir_emit_next(node, value);
}

/** @cond private */
WEIR_API void weir_emit_mapped_counted(struct weir_node *node, weir_value value, weir_mapper mapper, void *context);
/** @endcond */

/** Emit what `mapper` makes of `value`, or end with its failure. @param value  consumed */
static inline void weir_emit_mapped(struct weir_node *node, weir_value value, weir_mapper mapper, void *context)
{
	/* What is not counted needs no release, and then nothing of it must survive the call. */
	if (WEIR_UNLIKELY(value.tag & WEIR_TAG_COUNTED))
		weir_emit_mapped_counted(node, value, mapper, context);
	else
		weir_emit_result(node, mapper(value, context));
}

/** @} */

/** @name Steps
 *
 * @{ */

/** What a `step` returns when nothing is to be passed on. No value that a user sees. */
static inline weir_value weir_nothing(void)
{
	weir_value value = weir_nil();

	value.tag = 0xff;
	return value;
}

/** Whether a `step` has nothing to pass on. */
static inline bool weir_is_nothing(weir_value value)
{
	return value.tag == 0xff;
}

/** The configuration of stages whose step is weir_step_map(). */
struct weir_mapper_config {
	weir_mapper mapper;
	void *context;
};

/** The configuration of stages whose step is weir_step_filter(). */
struct weir_predicate_config {
	weir_predicate predicate;
	void *context;
};

/** A step: what the mapper of its struct weir_mapper_config makes of the item. */
WEIR_API weir_value weir_step_map(struct weir_node *node, weir_value value);

/** A step: the item, if the predicate of its struct weir_predicate_config says so. */
WEIR_API weir_value weir_step_filter(struct weir_node *node, weir_value value);

/** @} */

/** @name Speaking upstream
 *
 * @{ */

/** Ask upstream for `count` more. */
WEIR_API void weir_request_upstream(struct weir_node *node, uint64_t count);

/** @cond private */
WEIR_API void weir_request_one_more(struct weir_node *node);
/** @endcond */

/** An item was taken and nothing emitted for it: keep downstream's demand alive. Costs nothing when demand is unbounded. */
static inline void weir_request_replacement(struct weir_node *node)
{
	if (WEIR_UNLIKELY(node->request_target->demand != WEIR_UNBOUNDED))
		weir_request_one_more(node);
}

/** In `start`: start upstream now instead of when `start` returns. */
WEIR_API void weir_start_upstream(struct weir_node *node);

/** Stop everything upstream of this node, source first; the node itself lives on. */
WEIR_API void weir_cancel_upstream(struct weir_node *node);

/** @} */

/** @name Asking
 *
 * @{ */

/** Whether the node may still emit. */
static inline bool weir_is_open(const struct weir_node *node)
{
	return !(node->flags & 1);
}

/** The loop the node runs on. */
WEIR_API weir_loop *weir_node_loop(const struct weir_node *node);

/** The node's label, or its class's name. */
WEIR_API const char *weir_node_name(const struct weir_node *node);

/** An error of this stage, origin filled in, not yet emitted. @return owned */
WEIR_API weir_error *weir_node_error(const struct weir_node *node, int code, const char *format, ...) WEIR_PRINTF(3, 4);

/** Report an item that has nowhere to go to the loop's `on_dropped`, and release it. @param value  consumed */
WEIR_API void weir_drop(const struct weir_node *node, weir_value value);

/** Sum of two demands, stopping at `WEIR_UNBOUNDED`. */
static inline uint64_t weir_demand_add(uint64_t left, uint64_t right)
{
	return right >= WEIR_UNBOUNDED - left ? WEIR_UNBOUNDED : left + right;
}

/** Product of two demands, stopping at `WEIR_UNBOUNDED`. */
static inline uint64_t weir_demand_multiply(uint64_t left, uint64_t right)
{
	return left != 0 && right > WEIR_UNBOUNDED / left ? WEIR_UNBOUNDED : left * right;
}

/** @} */

/** @name Resources of a node
 * Embed the struct, call `init` in `start`; the core stops it with the node.
 * @{ */

/** Attach any resource to its node. */
WEIR_API void weir_attach(struct weir_node *node, struct weir_resource *resource, void (*stop)(struct weir_resource *));

/** A timer. Private but for `context`. */
struct weir_timer {
	/** @cond private */
	struct weir_timer *next;
	struct weir_timer *previous;
	weir_time due;
	weir_loop *loop;
	uint64_t slot;
	void (*expired)(struct weir_timer *timer);
	/** @endcond */
	/** Free for the owner. */
	void *context;
	/** @cond private */
	struct weir_subscription *subscription;
	struct weir_resource resource;
	/** @endcond */
};

/** Prepare a timer of a node. @param expired  runs on the loop with the timer inactive; may start it again */
WEIR_API void weir_timer_init(struct weir_timer *timer, struct weir_node *node, void (*expired)(struct weir_timer *));

/** Prepare a timer that belongs to no node: its owner must stop it. */
WEIR_API void weir_timer_init_on(struct weir_timer *timer, weir_loop *loop, void (*expired)(struct weir_timer *));

/** Expire `delay` after now (at least one turn later, also for 0). An active timer is moved. */
WEIR_API void weir_timer_start(struct weir_timer *timer, weir_duration delay);

/** Expire at `due`, or in the next turn if that has passed. An active timer is moved. */
WEIR_API void weir_timer_start_at(struct weir_timer *timer, weir_time due);

/** Stop; O(1), also when inactive. */
WEIR_API void weir_timer_stop(struct weir_timer *timer);

/** Whether it is waiting. */
static inline bool weir_timer_is_active(const struct weir_timer *timer)
{
	return timer->slot != 0;
}

/** A watched descriptor or signal. Private but for `context`; zeroed before its first use. */
struct weir_io {
	/** @cond private */
	struct weir_resource resource;
	struct weir_subscription *subscription;
	weir_loop *loop;
	void *event;
	void (*ready)(struct weir_io *io, int events);
	int events;
	/** @endcond */
	/** Free for the owner. */
	void *context;
};

/**
 * Watch a descriptor. Level-triggered, until stopped; may be started again after that.
 *
 * @param node    whose resource it becomes; NULL: the owner stops it
 * @param events  of ::weir_io_events
 * @return 0; -ENOTSUP on a virtual loop, -ENOMEM, or what the kernel said (-EPERM for a regular file, -EBADF)
 */
WEIR_API int weir_io_start(struct weir_io *io, struct weir_node *node, weir_loop *loop, int descriptor, int events,
	void (*ready)(struct weir_io *io, int events));

/** Watch a signal; `events` of `ready` is its number. @return as weir_io_start() */
WEIR_API int weir_io_start_signal(struct weir_io *io, struct weir_node *node, weir_loop *loop, int signal_number,
	void (*ready)(struct weir_io *io, int events));

/** Stop watching; may be called again and when never started (zeroed). */
WEIR_API void weir_io_stop(struct weir_io *io);

/** A request to a limiter (see weir/limiter.h). Private but for `context`. */
struct weir_permit {
	/** @cond private */
	struct weir_permit *next;
	struct weir_permit *previous;
	struct weir_limiter *limiter;
	weir_time asked;
	uint64_t cost;
	void (*granted)(struct weir_permit *permit);
	/** @endcond */
	/** Free for the owner. */
	void *context;
	/** @cond private */
	struct weir_subscription *subscription;
	struct weir_resource resource;
	/** @endcond */
};

/** Prepare a request of a node. @param granted  runs on the loop, never from inside weir_permit_ask() */
WEIR_API void weir_permit_init(
	struct weir_permit *permit, struct weir_node *node, void (*granted)(struct weir_permit *permit));

/** Prepare a request that belongs to no node: its owner must cancel it. */
WEIR_API void weir_permit_init_on(struct weir_permit *permit, void (*granted)(struct weir_permit *permit));

/**
 * Ask a limiter for leave. Not while an earlier request with this permit waits.
 *
 * @param limiter  of the same loop; the caller holds a reference while it waits
 * @param cost     usually 1; 0: free, but not ahead of those that wait
 * @return 1: go, now; 0: it waits, and `granted` will be called; -WEIR_ERATE: refused, the stream should fail;
 *         -ECANCELED: refused, the item should be dropped; -EINVAL: such a cost can never be granted
 */
WEIR_API int weir_permit_ask(struct weir_permit *permit, struct weir_limiter *limiter, uint64_t cost);

/** Wait no longer; O(1), also when it does not wait. */
WEIR_API void weir_permit_cancel(struct weir_permit *permit);

/** Whether it waits. */
static inline bool weir_permit_is_waiting(const struct weir_permit *permit)
{
	return permit->limiter != NULL;
}

/** @} */

#ifdef __cplusplus
}
#endif
#endif
