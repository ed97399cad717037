// Marks the folder as a module. The versions are in the files named
// <minor>.mod beside it, each with its <minor>.sum.
module gatehouse.io/e2e/kubernetes/kubectl

go 1.26.0
