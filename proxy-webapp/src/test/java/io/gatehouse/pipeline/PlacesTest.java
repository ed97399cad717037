package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.pipeline.Places.Bound;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private static final Bound PERSON = new Bound("alice", 2);
    private static final List<Bound> FIRST = List.of(new Bound("first", 1), PERSON);
    private static final List<Bound> SECOND = List.of(new Bound("second", 5), PERSON);

    private final Places places = new Places();

    @Test
    void refusesBeyondAnyOneBound() {
        assertThat(places.enter(FIRST)).isPresent();
        assertThat(places.enter(FIRST)).as("the target is full").isEmpty();
        assertThat(places.enter(FIRST)).as("a refusal makes no room").isEmpty();
        assertThat(places.enter(SECOND)).isPresent();
        assertThat(places.enter(SECOND)).as("the person has two in all").isEmpty();
    }

    @Test
    void keepsNothingOfARefusal() {
        Places.Place place = places.enter(FIRST).orElseThrow();
        assertThat(places.enter(List.of(PERSON, new Bound("first", 1)))).isEmpty();
        assertThat(places.enter(SECOND))
                .as("the refusal gave the person's place back")
                .isPresent();
        place.run();
        assertThat(places.enter(FIRST)).isPresent();
    }

    @Test
    void givesBackOnce() {
        Places.Place place = places.enter(SECOND).orElseThrow();
        assertThat(places.enter(SECOND)).isPresent();
        place.run();
        place.run();
        assertThat(places.enter(SECOND)).isPresent();
        assertThat(places.enter(SECOND)).isEmpty();
    }
}
