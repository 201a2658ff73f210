module unlock-on-drop/benches

go 1.19
