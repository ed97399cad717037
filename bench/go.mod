module gatehouse.io/bench

go 1.23
