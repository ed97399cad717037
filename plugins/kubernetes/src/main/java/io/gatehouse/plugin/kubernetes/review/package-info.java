/**
 * Asks an API server who somebody is and what they may: TokenReview and SubjectAccessReview. What it answers is remembered,
 * and read tolerantly: a field more or less in a later release locks nobody out.
 */
package io.gatehouse.plugin.kubernetes.review;
