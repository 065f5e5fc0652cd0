//! Whose text it is, by words that only one system has in such a place. It reads nothing else.

/// A text that one of the readers takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// [`twemproxy_pools`](super::twemproxy_pools) reads it.
    Twemproxy,
    /// [`nginx_upstreams`](super::nginx_upstreams) reads it.
    Nginx,
    /// [`haproxy_backends`](super::haproxy_backends) reads it.
    Haproxy,
    /// [`redis_nodes`](super::redis_nodes) reads it.
    RedisNodes,
    /// [`redis_groups`](super::redis_groups) reads it.
    RedisGroups,
    /// [`cassandra_ring`](super::cassandra_ring) reads it.
    Cassandra,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Twemproxy,
        Self::Nginx,
        Self::Haproxy,
        Self::RedisNodes,
        Self::RedisGroups,
        Self::Cassandra,
    ];

    /// The format that a text seems to have: what its reader refuses is for the reader to say. `None`
    /// for one that looks like none of them. O(length).
    ///
    /// ```
    /// use ringlab::placement::import::Format;
    ///
    /// let text = "upstream cache {\n  hash $uri consistent;\n  server a:80;\n}\n";
    /// assert_eq!(Format::of(text), Some(Format::Nginx));
    /// assert_eq!(Format::of("what is this"), None);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        text.lines().find_map(Self::of_line)
    }

    /// What one line tells, if anything.
    fn of_line(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let first = words.next()?;
        let second = words.next().unwrap_or_default();
        let is_id = first.len() == 40 && first.bytes().all(|byte| byte.is_ascii_hexdigit());
        match first {
            "Datacenter:" => Some(Self::Cassandra),
            "upstream" if !second.is_empty() => Some(Self::Nginx),
            // Of nginx, `listen` has its semicolon.
            "backend" | "listen" if !second.is_empty() && !line.contains(';') => {
                Some(Self::Haproxy)
            }
            "slots" | "1)" => Some(Self::RedisGroups),
            "servers:" | "distribution:" => Some(Self::Twemproxy),
            _ if first.starts_with('[') => Some(Self::RedisGroups),
            _ if is_id || (second.contains(':') && second.contains('@')) => Some(Self::RedisNodes),
            _ => None,
        }
    }
}
