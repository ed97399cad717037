package io.gatehouse.spi;

/** What an {@link Authorizer} says. Every reason is for the record: where the rule stands, or what the review said. */
public sealed interface Decision {

    /** Granted. */
    record Allow(String reason) implements Decision {}

    /** Refused, whatever other authorizers say. */
    record Deny(String reason) implements Decision {}

    /** Nothing here speaks of it; when nobody allows, it is refused. */
    record NoOpinion(String reason) implements Decision {}

    /**
     * The request lacks what it would be judged by, such as a parameter, or has it in a form that has no single meaning: it
     * ends as 400, never as granted. A deny of another authorizer goes before.
     *
     * @param reason for the record
     * @param message what the client is told; without what the client sent
     */
    record Invalid(String reason, String message) implements Decision {}

    /** It can not be told now: the request ends as 503, never as granted. */
    record Unavailable(String reason) implements Decision {}

    /** Granted, as far as this one goes. @param reason such as the place of the rule */
    static Decision allow(String reason) {
        return new Allow(reason);
    }

    /** Refused, whatever other authorizers say. @param reason such as the place of the rule */
    static Decision deny(String reason) {
        return new Deny(reason);
    }

    /** It is left to the others. @param reason such as that no rule speaks of it */
    static Decision noOpinion(String reason) {
        return new NoOpinion(reason);
    }

    /** It can not be judged for what it lacks: 400. @param message for the client, without what it sent */
    static Decision invalid(String reason, String message) {
        return new Invalid(reason, message);
    }

    /** It can not be told now: 503. @param reason for the record, without secrets */
    static Decision unavailable(String reason) {
        return new Unavailable(reason);
    }

    /** Why. */
    String reason();
}
