package io.gatehouse.target;

import java.time.Duration;

/**
 * What a target may use.
 *
 * @param connections to it for ordinary requests
 * @param requestsPerUser ordinary requests of one person, at once
 * @param streams that last, at once
 * @param streamsPerUser of one person, at once
 * @param connectTimeout for TCP and TLS each
 * @param responseTimeout between any two bytes of an ordinary answer
 */
public record TargetLimits(
        int connections,
        int requestsPerUser,
        int streams,
        int streamsPerUser,
        Duration connectTimeout,
        Duration responseTimeout) {}
