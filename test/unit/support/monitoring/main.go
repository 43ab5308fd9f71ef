// Reads the files that watch an application as what reads them does: `go run . dashboard|alloy <file`.
// Says what is wrong, and exits with 1.
package main

import (
	"fmt"
	"io"
	"os"
)

var readers = map[string]func([]byte) error{"dashboard": readDashboard, "alloy": readAlloy}

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err == nil {
		err = readers[os.Args[1]](text)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
