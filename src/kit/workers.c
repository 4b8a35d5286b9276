/* Worker threads. See weir/threads.h and kit/workers.h. */
#include "kit/workers.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/allocator.h"

struct weir_worker_pool {
	uint32_t references; /* the caller's until weir_worker_pool_free(), and one of each recipe */
	size_t size;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct weir_job *first;
	struct weir_job **last;
	bool is_freed;
	pthread_t threads[];
};

static struct weir_job *take_job(weir_worker_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	while (pool->first == NULL && !pool->is_freed)
		pthread_cond_wait(&pool->changed, &pool->lock);

	struct weir_job *job = pool->is_freed ? NULL : pool->first;

	if (job != NULL) {
		pool->first = job->next;
		if (pool->first == NULL)
			pool->last = &pool->first;
	}
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void *worker_main(void *context)
{
	struct weir_job *job;

	while ((job = take_job(context)) != NULL)
		job->work(job);
	return NULL;
}

/* The threads take no signals: they are for those that the program has made for them. */
static int start_threads(weir_worker_pool *pool, size_t count)
{
	sigset_t all;
	sigset_t before;
	int error = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (pool->size < count && error == 0) {
		error = pthread_create(&pool->threads[pool->size], NULL, worker_main, pool);
		if (error == 0)
			pool->size++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

weir_worker_pool *weir_worker_pool_new(size_t threads)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (threads == 0)
		threads = processors > 0 ? (size_t)processors : 1;
	if (threads > 1024) {
		errno = EINVAL;
		return NULL;
	}

	weir_worker_pool *pool = weir_allocate(sizeof *pool + threads * sizeof pool->threads[0]);

	if (pool == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	pool->references = 1;
	pool->size = 0;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->changed, NULL);
	pool->first = NULL;
	pool->last = &pool->first;
	pool->is_freed = false;

	int error = start_threads(pool, threads);

	if (error != 0) {
		weir_worker_pool_free(pool);
		errno = error;
		return NULL;
	}
	return pool;
}

void weir_worker_pool_free(weir_worker_pool *pool)
{
	if (pool == NULL)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->is_freed = true;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
	for (size_t index = 0; index < pool->size; index++)
		pthread_join(pool->threads[index], NULL);
	while (pool->first != NULL) {
		struct weir_job *job = pool->first;

		pool->first = job->next;
		job->drop(job);
	}
	weir_worker_pool_unref(pool);
}

weir_worker_pool *weir_worker_pool_ref(weir_worker_pool *pool)
{
	__atomic_fetch_add(&pool->references, 1, __ATOMIC_RELAXED);
	return pool;
}

void weir_worker_pool_unref(weir_worker_pool *pool)
{
	if (__atomic_fetch_sub(&pool->references, 1, __ATOMIC_ACQ_REL) != 1)
		return;
	pthread_cond_destroy(&pool->changed);
	pthread_mutex_destroy(&pool->lock);
	weir_deallocate(pool);
}

size_t weir_worker_pool_size(const weir_worker_pool *pool)
{
	return pool->size;
}

int weir_worker_pool_submit(weir_worker_pool *pool, struct weir_job *job)
{
	job->next = NULL;
	pthread_mutex_lock(&pool->lock);
	bool is_freed = pool->is_freed;

	if (!is_freed) {
		*pool->last = job;
		pool->last = &job->next;
		pthread_cond_signal(&pool->changed);
	}
	pthread_mutex_unlock(&pool->lock);
	return is_freed ? -ESHUTDOWN : 0;
}
