import '../styles/index.css'
import { mount } from 'svelte'
import App from './App.svelte'

const target = document.getElementById('app')!
// Whatever the server put there for reading without a script gives way to the client.
target.replaceChildren()
mount(App, { target })
