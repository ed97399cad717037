// Measures how much an upgraded connection carries.
//
//	tunnel [-megabytes N] [-rounds N] [-header H] NAME=URL...
//
// Download is from the upstream's /source, upload to its /sink. The ways are
// taken in turn, and the median of the rounds counts.
package main

import (
	"flag"
	"fmt"
	"log"
	"time"

	"gatehouse.io/bench/wire"
)

func main() {
	megabytes := flag.Int64("megabytes", 1000, "how much is sent each time")
	rounds := flag.Int("rounds", 5, "how often")
	header := flag.String("header", "", "a header for every request")
	flag.Parse()
	ways := wire.ParseWays(flag.Args(), *header)
	fmt.Printf("%d MB each way, median of %d rounds, MB/s (ratio to %s)\n", *megabytes, *rounds, ways[0].Name)
	fmt.Printf("%-18s %18s %18s\n", "through", "download", "upload")
	speeds := map[string][]float64{}
	for range *rounds {
		for _, kind := range []string{"source", "sink"} {
			for _, way := range ways {
				speed := transfer(way, kind, *megabytes*1_000_000)
				speeds[way.Name+kind] = append(speeds[way.Name+kind], speed)
			}
		}
	}
	for _, way := range ways {
		fmt.Printf("%-18s", way.Name)
		for _, kind := range []string{"source", "sink"} {
			speed := wire.Median(speeds[way.Name+kind])
			fmt.Printf("   %8.0f (%.2f)", speed, speed/wire.Median(speeds[ways[0].Name+kind]))
		}
		fmt.Println()
	}
}

// transfer moves that many bytes through one tunnel and returns megabytes a second.
func transfer(way wire.Way, kind string, size int64) float64 {
	connection, reader, err := way.Upgrade(fmt.Sprintf("/%s?bytes=%d", kind, size))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	begin := time.Now()
	if kind == "sink" {
		err = wire.Fill(connection, size)
		size++
		if err == nil {
			_, err = reader.ReadByte()
		}
	} else {
		err = wire.Drain(reader, size, 0)
	}
	if err != nil {
		log.Fatalf("%s: the tunnel broke: %v", way.URL, err)
	}
	return float64(size) / 1e6 / time.Since(begin).Seconds()
}
