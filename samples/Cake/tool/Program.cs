System.Console.WriteLine("Hello from the cluster");
