/* Worker threads and the jobs they do: the inside of weir_worker_pool. */
#ifndef WEIR_KIT_WORKERS_H
#define WEIR_KIT_WORKERS_H

#include <weir/threads.h>

struct weir_job {
	struct weir_job *next;
	/* On a worker. The job's memory is not touched afterwards. */
	void (*work)(struct weir_job *job);
	/* Instead of `work`, on the thread that frees the pool. */
	void (*drop)(struct weir_job *job);
};

/* Keep the memory of a pool beyond weir_worker_pool_free(): for recipes that name it. */
weir_worker_pool *weir_worker_pool_ref(weir_worker_pool *pool);
void weir_worker_pool_unref(weir_worker_pool *pool);

size_t weir_worker_pool_size(const weir_worker_pool *pool);

/* Have the job done by the next worker that is free; first come, first served. Returns 0, or -ESHUTDOWN when the pool has
 * been freed. */
int weir_worker_pool_submit(weir_worker_pool *pool, struct weir_job *job);

#endif
