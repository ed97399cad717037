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
 * @param requestsPerSecond on average, of all kinds; 0 for as many as come
 * @param burst so many at once, when there were few before
 */
public record TargetLimits(
        int connections,
        int requestsPerUser,
        int streams,
        int streamsPerUser,
        Duration connectTimeout,
        Duration responseTimeout,
        int requestsPerSecond,
        int burst) {}
