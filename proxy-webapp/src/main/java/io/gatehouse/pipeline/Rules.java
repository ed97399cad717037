package io.gatehouse.pipeline;

import io.gatehouse.request.ClientCertificates;
import io.gatehouse.request.Guard;
import io.gatehouse.target.Target;
import io.gatehouse.target.TargetTable;
import java.util.Map;

/**
 * Everything that requests are judged by, as one value: a reload swaps it whole, so no request sees half of one.
 *
 * @param guard the first look
 * @param certificates finds the certificate of a client
 * @param routes what serves a host or path
 * @param routesByTarget the same, by target
 * @param person what one person may have under way
 * @param sessions browsers' sessions
 * @param own what Gatehouse serves itself
 */
public record Rules(
        Guard guard,
        ClientCertificates certificates,
        TargetTable<Route> routes,
        Map<Target, Route> routesByTarget,
        PersonLimits person,
        BrowserSessions sessions,
        OwnPages own) {}
