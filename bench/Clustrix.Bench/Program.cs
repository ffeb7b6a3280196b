Console.Error.WriteLine("usage: Clustrix.Bench NAME");
return 2;
