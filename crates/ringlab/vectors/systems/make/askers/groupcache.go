// The owner of each key by groupcache's consistenthash: points a node, then nodes as name=weight.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/golang/groupcache/consistenthash"
)

func main() {
	points, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	ring := consistenthash.New(points, nil)
	for _, argument := range os.Args[2:] {
		name, _, _ := strings.Cut(argument, "=")
		ring.Add(name)
	}
	keys := bufio.NewScanner(os.Stdin)
	for keys.Scan() {
		fmt.Println(ring.Get(keys.Text()))
	}
}
