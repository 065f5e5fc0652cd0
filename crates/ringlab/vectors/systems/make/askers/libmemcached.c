/* The owner of each key by libmemcached: `weighted` or `ketama`, then nodes as host:port=weight. */
#include <libmemcached/memcached.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(memcached_return_t result, const char *what) {
    if (memcached_failed(result)) {
        fprintf(stderr, "%s: %s\n", what, memcached_strerror(NULL, result));
        exit(1);
    }
}

int main(int count, char **arguments) {
    memcached_st *client = memcached_create(NULL);
    if (count < 3 || client == NULL) return 1;
    if (strcmp(arguments[1], "weighted") == 0) {
        must(memcached_behavior_set(client, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1), "weighted");
        must(memcached_behavior_set(client, MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_MD5), "md5");
    } else {
        must(memcached_behavior_set_distribution(client, MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA),
             "ketama");
    }
    for (int i = 2; i < count; i++) {
        char *colon = strrchr(arguments[i], ':');
        char *equals = strrchr(arguments[i], '=');
        *colon = *equals = 0;
        must(memcached_server_add_with_weight(client, arguments[i], (in_port_t)atoi(colon + 1),
                                              (uint32_t)atoi(equals + 1)),
             "add");
    }
    char key[512];
    while (fgets(key, sizeof key, stdin) != NULL) {
        key[strcspn(key, "\n")] = 0;
        memcached_return_t result = MEMCACHED_SUCCESS; /* it is written on errors alone */
        memcached_server_instance_st owner =
            memcached_server_by_key(client, key, strlen(key), &result);
        must(result, key);
        printf("%s:%d\n", memcached_server_name(owner), (int)memcached_server_port(owner));
    }
    memcached_free(client);
    return 0;
}
